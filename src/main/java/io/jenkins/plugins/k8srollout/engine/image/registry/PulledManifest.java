package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.Arrays;
import java.util.Objects;

/** A manifest's exact bytes with their verified digest. Immutable. */
public final class PulledManifest {
    private final String mediaType;
    private final byte[] content;
    private final ImageDigest digest;

    PulledManifest(String mediaType, byte[] content, ImageDigest digest) {
        this.mediaType = Objects.requireNonNull(mediaType, "mediaType");
        this.content = content;
        this.digest = digest;
    }

    /** Without parameters. */
    public String mediaType() {
        return mediaType;
    }

    /** As the registry sent them; a copy. */
    public byte[] bytes() {
        return content.clone();
    }

    public ImageDigest digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PulledManifest that
                && mediaType.equals(that.mediaType)
                && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return mediaType + " " + digest;
    }
}
