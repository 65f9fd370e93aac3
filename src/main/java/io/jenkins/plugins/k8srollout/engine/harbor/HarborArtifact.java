package io.jenkins.plugins.k8srollout.engine.harbor;

import java.util.List;
import java.util.Optional;

/**
 * An image in Harbor.
 *
 * @param digest as in {@code sha256:…}
 * @param labels names of the labels attached to it, where they were asked for
 * @param scan its latest scan, where it was asked for and there is one
 */
public record HarborArtifact(String digest, List<HarborTag> tags, List<String> labels, Optional<ScanOverview> scan) {
    public HarborArtifact {
        tags = List.copyOf(tags);
        labels = List.copyOf(labels);
    }
}
