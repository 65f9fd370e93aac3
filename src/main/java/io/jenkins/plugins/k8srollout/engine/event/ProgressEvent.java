package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Everything the engine has to tell while it works: one typed stream that feeds the log, the build page and the
 * release record, so that they cannot disagree. Events hold no secrets.
 */
public sealed interface ProgressEvent extends Serializable {

    /** A stage of the work begins, as in {@code Apply 7 objects to namespace shop}. */
    record StageStarted(String stage, String detail) implements ProgressEvent {}

    /** A stage has ended, well or not. */
    record StageFinished(String stage, boolean success, Duration took) implements ProgressEvent {}

    /** A remark that fits no other event. */
    record Notice(Finding.Severity severity, String text) implements ProgressEvent {}

    /** The manifest check has found something. */
    record Checked(Finding finding) implements ProgressEvent {}

    /** An object was rewritten for the versions that the cluster serves; the diff is unified, secrets left out. */
    record Upgraded(ObjectRef object, String from, String to, String diff) implements ProgressEvent {}

    /** A container's image was replaced. */
    record ImageReplaced(ObjectRef object, String container, String from, String to) implements ProgressEvent {}

    /** The server took an object; in a dry run it only said what it would do. */
    record Applied(ObjectRef object, Change change, boolean dryRun, String diff) implements ProgressEvent {
        public enum Change {
            CREATED,
            CHANGED,
            UNCHANGED,
            DELETED
        }
    }

    /** A workload's or another object's health has changed. */
    record HealthChanged(ObjectRef object, Health.State state, String message) implements ProgressEvent {}

    /** A reason why pods are not running has been seen for the first time. */
    record CauseSeen(Health.Cause cause) implements ProgressEvent {}

    /** The last lines a container wrote. */
    record LogExcerpt(ObjectRef pod, String container, boolean previous, List<String> lines) implements ProgressEvent {}

    /** A call failed in a way that may pass; it is tried again. */
    record Retrying(String attempted, String reason, Duration delay) implements ProgressEvent {}

    /** A workload is being returned to an earlier revision. */
    record RollingBack(ObjectRef object, String to) implements ProgressEvent {}

    /** A layer of an image exists; {@code cached} where it was not compressed anew. */
    record LayerReady(ImageDigest digest, long bytes, boolean cached) implements ProgressEvent {}

    /** A blob is in the registry. */
    record BlobStored(ImageDigest digest, long bytes, How how) implements ProgressEvent {
        public enum How {
            EXISTED,
            MOUNTED,
            UPLOADED
        }
    }

    /**
     * An image has been built and, if asked for, pushed under these names.
     *
     * @param bytes its compressed size; negative if it is not known
     * @param pushedBytes how many of them were sent; negative if only an external builder knows
     */
    record ImageReady(List<String> names, ImageDigest digest, long bytes, long pushedBytes) implements ProgressEvent {}

    /** An image has been scanned, with whatever result. */
    record Scanned(ScanResult result) implements ProgressEvent {}

    /** A line that an external builder printed. */
    record BuilderOutput(String line) implements ProgressEvent {}
}
