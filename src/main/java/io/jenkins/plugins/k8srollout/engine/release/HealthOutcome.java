package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a wait has ended.
 *
 * @param result the end
 * @param objects what was waited for, with its last known health, in the order asked
 * @param cause the first decisive cause, or the weightiest one when time ran out; empty if there is none to name
 * @param log the failing container's last lines; empty if it has none
 * @param trouble what kept the wait itself from going on: a right that is missing, an object that does not exist;
 *     empty if the objects decided
 * @param unanswered what the HTTP check has got last instead of what it expects; empty if it was not tried or passed
 * @param started when the wait began; after a resume, when it was resumed
 * @param finished when it ended
 */
public record HealthOutcome(
        Result result,
        Map<ObjectRef, Health> objects,
        Optional<Health.Cause> cause,
        Optional<LogExcerpt> log,
        Optional<Problem> trouble,
        Optional<String> unanswered,
        Instant started,
        Instant finished) {

    public enum Result {
        /** All targets that can be judged are healthy and stable, and the HTTP check has passed. */
        HEALTHY,
        /** At least one target will not become healthy, or the wait itself could not go on. */
        FAILED,
        /** The deadline has passed. */
        TIMED_OUT,
        /** {@code cancel} was called. */
        CANCELLED
    }

    public HealthOutcome {
        objects = Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    }

    public boolean isHealthy() {
        return result == Result.HEALTHY;
    }

    public Duration took() {
        return Duration.between(started, finished);
    }

    /**
     * The outcome as one failure that a user can read: what is not healthy, the decisive cause, the last log lines and
     * what helps.
     *
     * @throws IllegalStateException if the outcome is healthy
     */
    public Problem toProblem() {
        return switch (result) {
            case HEALTHY -> throw new IllegalStateException("a healthy outcome is no problem");
            case CANCELLED ->
                new Problem(
                        Problem.Kind.INTERRUPTED,
                        "wait for a healthy release",
                        names(),
                        "the wait was ended after " + ProgressText.took(took()),
                        "The cluster goes on with the rollout by itself");
            case TIMED_OUT ->
                problem(Problem.Kind.TIMED_OUT, "time ran out after " + ProgressText.took(took()) + "; " + missing());
            case FAILED -> trouble.orElseGet(() -> problem(Problem.Kind.UNHEALTHY, missing()));
        };
    }

    private Problem problem(Problem.Kind kind, String reason) {
        Optional<String> lastLines = log.filter(l -> !l.lines().isEmpty()).map(HealthOutcome::quoted);
        String join = lastLines.isPresent() ? "\nCause: " : "; cause: ";
        String words = reason
                + lastLines.orElse("")
                + cause.map(c -> join + c.summary()).orElse("");
        return new Problem(
                kind,
                "get a healthy release",
                names(),
                words,
                cause.map(Health.Cause::remedy).orElse(""));
    }

    private static String quoted(LogExcerpt log) {
        String which = log.previous() ? "the previous run of container " : "container ";
        return "; last lines of " + which + log.container() + ":\n  | " + String.join("\n  | ", log.lines());
    }

    private String names() {
        return String.join(
                ", ",
                unhealthy().isEmpty()
                        ? objects.keySet().stream().map(ObjectRef::toString).toList()
                        : unhealthy());
    }

    private List<String> unhealthy() {
        List<String> names = new ArrayList<>();
        objects.forEach((ref, health) -> {
            if (!health.isHealthy()) {
                names.add(ref.toString());
            }
        });
        return names;
    }

    private String missing() {
        List<String> words = new ArrayList<>();
        boolean alone = unhealthy().size() == 1;
        objects.forEach((ref, health) -> {
            if (!health.isHealthy()) {
                words.add(alone ? health.message() : ref + ": " + health.message());
            }
        });
        unanswered.ifPresent(words::add);
        return words.isEmpty()
                ? "all objects are healthy, but have not been so for long enough"
                : String.join("; ", words);
    }
}
