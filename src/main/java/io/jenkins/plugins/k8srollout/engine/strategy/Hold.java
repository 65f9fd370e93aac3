package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What our annotation says on a workload that a release holds: all that anybody needs to go on with that release, to
 * undo it, or to end the hold. Immutable.
 *
 * @param release the release's id
 * @param recreate whether the strategy is {@code recreate}; otherwise it is batches
 * @param step the step that the workload's fields allow
 * @param paused whether nothing at all may go on, because somebody is asked: then the controller only scales, and does
 *     so in proportion
 * @param replicas the number of pods for which they were computed
 * @param replaced of a workload that was scaled since the release began, how many pods had been replaced when the step
 *     was allowed: what its controller has made of the new number, and not what the plan for that number says
 * @param original the fields of {@code spec} that the hold replaces, as the release wants them in the end
 * @param kept those that somebody else has set and nobody has asked us for; they return as they were
 * @param previous the revision that served before the first release that held the workload; empty if unknown
 */
public record Hold(
        String release,
        boolean recreate,
        BatchStep step,
        boolean paused,
        int replicas,
        OptionalInt replaced,
        KubeObject original,
        KubeObject kept,
        Optional<Revision> previous) {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/hold";

    /** A revision as its controller keeps it: the keeping object's kind and name, and its number; empty if unknown. */
    public record Revision(String kind, String name, String number) {}

    public Hold {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(replaced, "replaced");
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(kept, "kept");
        Objects.requireNonNull(previous, "previous");
    }

    /** @return empty if the object is not held, or if its annotation is none of ours */
    public static Optional<Hold> of(KubeObject object) {
        return Optional.ofNullable(object.annotations().get(ANNOTATION)).flatMap(HoldText::read);
    }

    Hold at(BatchStep other, int pods, OptionalInt before) {
        return new Hold(release, recreate, other, false, pods, before, original, kept, previous);
    }

    /** The same while somebody is asked. */
    public Hold pausing() {
        return new Hold(release, recreate, step, true, replicas, replaced, original, kept, previous);
    }

    KubeObject on(KubeObject object) {
        return object.with(HoldText.write(this), "metadata", "annotations", ANNOTATION);
    }

    /** A field of {@code spec} as it is to be in the end; empty if it is to be left out. */
    Optional<Object> original(String field) {
        Optional<Object> asked = original.find(field);
        Optional<Object> others = kept.find(field);
        return asked.isPresent() && others.isPresent()
                ? Optional.of(Unasked.over(others.get(), asked.get()))
                : asked.or(() -> others);
    }
}
