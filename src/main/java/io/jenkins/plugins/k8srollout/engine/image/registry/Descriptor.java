package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.Objects;

/**
 * Points to content in a repository.
 *
 * @param size in bytes
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI descriptors</a>
 */
public record Descriptor(String mediaType, ImageDigest digest, long size) {
    public Descriptor {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
    }

    static Descriptor of(JsonNode node) {
        return new Descriptor(
                node.path("mediaType").asText(),
                ImageDigest.parse(node.path("digest").asText()),
                node.path("size").asLong());
    }

    /**
     * Whether a registry may lack the content by design, as with the base layers of Windows; it must then not be
     * pushed.
     */
    public boolean nondistributable() {
        return mediaType.contains("nondistributable") || mediaType.contains(".foreign.");
    }
}
