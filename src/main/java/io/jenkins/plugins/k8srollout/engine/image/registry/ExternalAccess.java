package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** What programs outside of this process must be given to reach registries, in the form of the files they read. */
public final class ExternalAccess {
    private static final ObjectMapper JSON = new ObjectMapper();

    // What docker login files Docker Hub's credentials under.
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private ExternalAccess() {}

    /**
     * The content of a {@code config.json} as Docker, buildctl, buildah and podman read it. It holds secrets: the file
     * must be readable by its owner only and removed after use.
     */
    public static byte[] authFile(Collection<RegistryAccess> accesses) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode auths = root.putObject("auths");
        for (RegistryAccess access : accesses) {
            RegistryCredentials credentials = access.credentials();
            if (!credentials.isAnonymous()) {
                ObjectNode entry = auths.putObject(key(access.registry()));
                if (credentials.isIdentityToken()) {
                    entry.put("identitytoken", credentials.secret());
                } else {
                    entry.put("auth", credentials.basic().substring("Basic ".length()));
                }
            }
        }
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }

    private static String key(String registry) {
        return registry.equals("docker.io") ? DOCKER_HUB_KEY : registry;
    }

    /** The certificates in PEM that are trusted for a registry besides the platform's; empty text for none. */
    public static String certificates(RegistryAccess access) {
        return access.caPem();
    }
}
