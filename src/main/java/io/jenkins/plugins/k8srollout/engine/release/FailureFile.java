package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what speaks against a release; of each sort the first is kept, for later ones are mostly its effects. */
final class FailureFile {
    private Optional<Health.Cause> decisive = Optional.empty();
    private Optional<Health.Cause> candidate = Optional.empty();
    private Optional<LogExcerpt> log = Optional.empty();
    private Optional<Problem> trouble = Optional.empty();
    private Optional<ObjectRef> absent = Optional.empty();
    private Optional<String> unanswered = Optional.empty();

    synchronized void decided(Health health) {
        if (decisive.isEmpty()) {
            decisive = health.cause();
        }
    }

    /** A cause to name if time runs out before any decides; the weightiest is kept. */
    synchronized void candidate(Health.Cause cause) {
        boolean heavier =
                candidate.isEmpty() || cause.weight().compareTo(candidate.get().weight()) < 0;
        if (heavier) {
            candidate = Optional.of(cause);
        }
    }

    synchronized void trouble(Problem problem) {
        if (trouble.isEmpty()) {
            trouble = Optional.of(problem);
        }
    }

    synchronized void absent(ObjectRef ref, Collection<String> names) {
        if (trouble.isEmpty()) {
            absent = Optional.of(ref);
            trouble = Optional.of(AbsentTarget.missing(ref, names));
        }
    }

    /** What the HTTP check has got last instead of what it expects. */
    synchronized void unanswered(String reason) {
        unanswered = Optional.of(reason);
    }

    synchronized void log(LogExcerpt excerpt) {
        log = Optional.of(excerpt);
    }

    synchronized Optional<Problem> trouble() {
        return trouble;
    }

    synchronized Optional<Health.Cause> cause() {
        return decisive.or(() -> candidate);
    }

    synchronized HealthOutcome outcome(
            HealthOutcome.Result result, List<TargetState> targets, ClusterPort port, Instant started, Instant now) {
        Map<ObjectRef, Health> objects = new LinkedHashMap<>();
        targets.forEach(t -> objects.put(t.ref(), t.health()));
        boolean healthy = result == HealthOutcome.Result.HEALTHY;
        return new HealthOutcome(
                result,
                objects,
                healthy ? Optional.empty() : cause(),
                healthy ? Optional.empty() : log,
                result == HealthOutcome.Result.FAILED ? trouble(port) : Optional.empty(),
                healthy ? Optional.empty() : unanswered,
                started,
                now);
    }

    // Whether the namespace is there is asked only now, for the sake of the message.
    private Optional<Problem> trouble(ClusterPort port) {
        if (absent.isPresent() && !absent.get().namespace().isEmpty()) {
            ObjectRef ref = absent.get();
            try {
                boolean there = port.get(new ObjectRef("v1", "Namespace", "", ref.namespace()))
                        .isPresent();
                return there ? trouble : Optional.of(AbsentTarget.noNamespace(ref));
            } catch (RuntimeException | Error e) {
                // not everybody may read namespaces; then, and whatever else goes wrong, the plain message must do
                return trouble;
            }
        }
        return trouble;
    }
}
