package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.List;

/**
 * A layer whose digests are known; its compressed bytes can be had from the {@link LayerFactory}.
 *
 * @param digest of the compressed bytes
 * @param diffId of the archive before compression
 * @param size of the compressed bytes
 * @param cached whether nothing had to be compressed for it
 * @param entries what it is made of
 */
public record Layer(ImageDigest digest, ImageDigest diffId, long size, boolean cached, List<LayerEntry> entries) {
    public Layer {
        entries = List.copyOf(entries);
    }
}
