package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.io.Serializable;
import java.util.List;

/**
 * A built image.
 *
 * @param image the repository, without tag and digest
 * @param tags the tags that now mean this image
 * @param digest of the image's manifest
 * @param size of manifest, configuration and compressed layers, in bytes
 * @param pushedBytes what travelled to the registry; -1 where an external builder does not say
 * @param builder the name of the builder that made it
 */
public record ImageBuildResult(
        String image, List<String> tags, ImageDigest digest, long size, long pushedBytes, String builder)
        implements Serializable {

    public ImageBuildResult {
        tags = List.copyOf(tags);
    }

    /** {@code repository@sha256:…}: the name that can only ever mean this image. */
    public String pinned() {
        return image + "@" + digest;
    }

    /** The tagged names. */
    public List<String> names() {
        return tags.stream().map(tag -> image + ":" + tag).toList();
    }

    /** {@link #pinned()} as a reference. */
    public ImageReference reference() {
        return ImageReference.parse(pinned());
    }
}
