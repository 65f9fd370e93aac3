package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.Comparator;

/**
 * A node at its place in an image.
 *
 * @param path from the image's root, without leading and trailing slash
 */
public record LayerEntry(String path, FileNode node) {
    /** Parents before what they hold; the same on every machine. */
    public static final Comparator<LayerEntry> ORDER = Comparator.comparing(LayerEntry::path);
}
