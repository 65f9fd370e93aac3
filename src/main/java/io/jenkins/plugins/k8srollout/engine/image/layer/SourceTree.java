package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.List;
import java.util.Optional;

/**
 * Files to copy from: a build context or an image. Paths have forward slashes and no leading one; the empty text is the
 * top. All methods may throw {@link TreeException}.
 */
public interface SourceTree {

    /** What is at a path whose parents are all folders; a link is not followed. */
    Optional<FileNode> node(String path);

    /** The names in a folder, in a fixed order. */
    List<String> names(String folder);

    /** How messages name the tree: {@code the build context}, {@code stage build}. */
    String description();
}
