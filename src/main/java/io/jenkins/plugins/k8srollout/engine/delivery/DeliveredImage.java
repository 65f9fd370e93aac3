package io.jenkins.plugins.k8srollout.engine.delivery;

import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
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

    /**
     * This image, if no scan has found too much.
     *
     * @throws ReleaseException (rejected) with the worst findings otherwise
     */
    public DeliveredImage requireAccepted() {
        try {
            scan().ifPresent(ScanVerdict::require);
            return this;
        } catch (ReleaseException e) {
            throw butPushed(image, e);
        }
    }

    /** A failure after the push, which says so. */
    static ReleaseException butPushed(ImageBuildResult image, ReleaseException failure) {
        Problem problem = failure.problem();
        String there = "The image has been pushed: " + String.join(", ", image.names()) + " (" + image.digest() + ")";
        return new ReleaseException(
                new Problem(
                        problem.kind(),
                        problem.attempted(),
                        problem.object(),
                        problem.reason(),
                        problem.remedy().isEmpty() ? there : problem.remedy() + ". " + there,
                        problem.validValues()),
                failure);
    }
}
