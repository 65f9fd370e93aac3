package io.jenkins.plugins.k8srollout.engine.delivery;

import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A built image with what Harbor has done about it.
 *
 * @param scanResult null if no scan was asked for
 * @param deletedTags the owner's old tags that were deleted
 */
public record DeliveredImage(ImageBuildResult image, ScanResult scanResult, List<String> deletedTags)
        implements Serializable {
    public DeliveredImage {
        deletedTags = List.copyOf(deletedTags);
    }

    public Optional<ScanResult> scan() {
        return Optional.ofNullable(scanResult);
    }
}
