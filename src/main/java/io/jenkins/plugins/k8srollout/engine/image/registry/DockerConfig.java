package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker login} has written down: credentials, and which helper programs hold others. Pure, immutable.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/">docker login</a>
 */
public final class DockerConfig {
    private static final String READ = "read the Docker configuration";
    private static final String REMEDY = "Log in anew with docker login, or name user and password";
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private final JsonNode tree;
    private final String place;

    private DockerConfig(JsonNode tree, String place) {
        this.tree = tree;
        this.place = place;
    }

    /**
     * Reads the text of a {@code config.json}.
     *
     * @param place where it comes from, for messages
     * @throws ReleaseException (refused input) if it is not JSON; the text is not repeated, it holds passwords
     */
    public static DockerConfig parse(String json, String place) {
        try {
            JsonNode tree = new ObjectMapper().readTree(json);
            if (tree == null || !tree.isObject()) {
                throw ReleaseException.refused(READ, place, "it is not a JSON object", REMEDY);
            }
            return new DockerConfig(tree, place);
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
            throw ReleaseException.refused(READ, place, "it is not JSON" + line, REMEDY);
        }
    }

    /** Of somebody who has never logged in. */
    public static DockerConfig empty() {
        return new DockerConfig(MissingNode.getInstance(), "no file");
    }

    /**
     * The helper that is configured for the registry, if any; the program is {@code docker-credential-HELPER}.
     *
     * @param registry host with optional port
     */
    public Optional<String> helper(String registry) {
        String helper = entry("credHelpers", registry).map(JsonNode::asText).orElseGet(() -> tree.path("credsStore")
                .asText(""));
        if (helper.isEmpty()) {
            return Optional.empty();
        }
        if (!helper.matches("[A-Za-z0-9._-]+")) {
            throw ReleaseException.refused(
                    READ, place, "'" + helper + "' is not the name of a credential helper", "Correct credHelpers");
        }
        return Optional.of(helper);
    }

    /**
     * The credentials that the file itself holds for the registry.
     *
     * @throws ReleaseException (refused input) if they cannot be decoded
     */
    public Optional<RegistryCredentials> stored(String registry) {
        return entry("auths", registry).flatMap(entry -> credentials(entry, registry));
    }

    /** What helpers and the file know a registry as. */
    static String key(String registry) {
        return registry.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : registry;
    }

    private Optional<RegistryCredentials> credentials(JsonNode entry, String registry) {
        String identity = entry.path("identitytoken").asText("");
        if (!identity.isEmpty()) {
            return Optional.of(RegistryCredentials.identityToken(identity));
        }
        String user = entry.path("username").asText("");
        if (!user.isEmpty()) {
            return Optional.of(
                    RegistryCredentials.password(user, entry.path("password").asText("")));
        }
        String encoded = entry.path("auth").asText("");
        return encoded.isEmpty() ? Optional.empty() : Optional.of(decoded(encoded, registry));
    }

    private RegistryCredentials decoded(String encoded, String registry) {
        try {
            String text = new String(Base64.getDecoder().decode(encoded.trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                return RegistryCredentials.password(
                        text.substring(0, colon), text.substring(colon + 1).replace("\0", ""));
            }
        } catch (IllegalArgumentException e) {
            throw undecodable(registry);
        }
        throw undecodable(registry);
    }

    private ReleaseException undecodable(String registry) {
        return ReleaseException.refused(
                READ, place, "the entry for " + registry + " is not user:password in base64", REMEDY);
    }

    // Keys are hosts, or addresses as old versions of Docker wrote them: https://host/v1/.
    private Optional<JsonNode> entry(String section, String registry) {
        Iterator<Map.Entry<String, JsonNode>> entries = tree.path(section).fields();
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            if (host(entry.getKey()).equals(host(key(registry)))) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    private static String host(String key) {
        return key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    }

    /** Without what it holds. */
    @Override
    public String toString() {
        return "Docker configuration " + place;
    }
}
