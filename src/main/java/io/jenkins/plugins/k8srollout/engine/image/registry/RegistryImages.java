package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads whole images, as OCI or Docker describe them: picks the platform from an index, then reads manifest and
 * configuration. Thread-safe.
 */
public final class RegistryImages {
    private static final ObjectMapper JSON = new ObjectMapper();
    // The limit that containerd has for manifests and configurations alike.
    private static final int MOST_CONFIG = 8 << 20;
    private static final int MOST_INDEXES = 3;
    private static final String READ = "read the image";

    private final RegistryClient client;

    public RegistryImages(RegistryClient client) {
        this.client = client;
    }

    /**
     * Two requests, or three where there is an index.
     *
     * @throws ReleaseException (not found) with the platforms that there are, if the one asked for is missing
     */
    public RemoteImage read(ImageReference image, Platform platform) {
        PulledManifest manifest = client.manifest(image);
        ImageDigest named = manifest.digest();
        for (int depth = 0; MediaTypes.isIndex(manifest.mediaType()) && depth < MOST_INDEXES; depth++) {
            Descriptor chosen = choose(image, tree(image, manifest.bytes()), platform);
            manifest = client.manifest(image.withDigest(chosen.digest()));
        }
        if (!MediaTypes.isManifest(manifest.mediaType())) {
            throw unusable(
                    image,
                    "its type '" + manifest.mediaType() + "' is none of an image",
                    "Push it again with a current tool; the first version of Docker's format is not supported");
        }
        JsonNode tree = tree(image, manifest.bytes());
        Descriptor config = descriptor(image, tree.path("config"));
        List<Descriptor> layers = new ArrayList<>();
        tree.path("layers").forEach(layer -> layers.add(descriptor(image, layer)));
        String configJson = content(image, config);
        return new RemoteImage(
                image.withDigest(manifest.digest()),
                named,
                manifest,
                config,
                configJson,
                Platform.of(tree(image, configJson.getBytes(StandardCharsets.UTF_8))),
                layers);
    }

    private static Descriptor choose(ImageReference image, JsonNode index, Platform platform) {
        List<String> offered = new ArrayList<>();
        Optional<JsonNode> chosen = Optional.empty();
        JsonNode manifests = index.path("manifests");
        for (JsonNode entry : manifests) {
            boolean onlyOne = manifests.size() == 1 && entry.path("platform").isMissingNode();
            Platform found = Platform.of(entry.path("platform"));
            if (chosen.isEmpty() && (onlyOne || platform.takes(found))) {
                chosen = Optional.of(entry);
            }
            // attestations of BuildKit stand in the index as images for an unknown platform
            if (!found.os().isEmpty() && !found.os().equals("unknown")) {
                offered.add(found.toString());
            }
        }
        return descriptor(
                image,
                chosen.orElseThrow(() -> new ReleaseException(new Problem(
                        Problem.Kind.NOT_FOUND,
                        READ,
                        image.toString(),
                        "there is none for " + platform,
                        "Choose another platform or base image",
                        offered))));
    }

    private String content(ImageReference image, Descriptor config) {
        try (InputStream stream = client.blob(image.repository(), config.digest())) {
            byte[] content = stream.readNBytes(MOST_CONFIG);
            if (stream.read() >= 0) {
                throw unusable(
                        image, "its configuration is larger than " + MOST_CONFIG + " bytes", "Use another image");
            }
            return new String(content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.UNREACHABLE,
                            READ,
                            image.toString(),
                            "its configuration could not be read: " + e.getMessage(),
                            "Try again"),
                    e);
        }
    }

    private static Descriptor descriptor(ImageReference image, JsonNode node) {
        if (!node.path("digest").isTextual()) {
            throw unusable(image, "its manifest points to content without a digest", "Push it again");
        }
        return Descriptor.of(node);
    }

    private static JsonNode tree(ImageReference image, byte[] content) {
        try {
            return JSON.readTree(content);
        } catch (IOException e) {
            throw unusable(image, "its manifest or configuration is no JSON", "Push it again");
        }
    }

    private static ReleaseException unusable(ImageReference image, String reason, String remedy) {
        return new ReleaseException(new Problem(Problem.Kind.REJECTED, READ, image.toString(), reason, remedy));
    }
}
