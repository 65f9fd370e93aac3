package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What to wait for, and for how long. Immutable; built with {@link #of} and the {@code with…} methods.
 *
 * @param namespace for messages; the objects carry their own
 * @param targets what must become healthy, at least one
 * @param timeout counted from the start of the wait
 * @param deadline when the wait ends, whoever resumes it; empty until {@link #startedAt}
 * @param stableFor how long all must stay healthy without a restart before the wait is over
 * @param http tried once all targets are healthy; must succeed too
 * @param failFast whether the first certain failure ends the wait; if not, it is told and the wait goes on
 * @param logLines how many of the failing container's last lines to show; 0 for none
 * @param policy the patience with single causes
 */
public record WaitRequest(
        String namespace,
        List<Target> targets,
        Duration timeout,
        Optional<Instant> deadline,
        Duration stableFor,
        Optional<HttpCheck> http,
        boolean failFast,
        int logLines,
        HealthPolicy policy) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
    public static final int DEFAULT_LOG_LINES = 20;
    // Between the moment from which the time counts, which is saved first, and the wait.
    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    /**
     * One object to wait for.
     *
     * @param ref the object
     * @param minGeneration the generation that a release has made; earlier ones are not judged. 0 if the object was
     *     named by a user and may not exist
     * @param template fingerprint of the pod template as the release has applied it; if somebody changes that template,
     *     the wait ends. Empty text if nobody applied one
     * @param stalled when the condition {@code ProgressDeadlineExceeded} was written that the object still had from
     *     before the release, in the cluster's words; it is not judged by that one. For an object that does not tell its
     *     generation, a fingerprint of its whole status ({@link EarlierWords}). Empty text if it had none
     * @param goal what it must show while a release holds it in a batch; empty if it must be healthy as a whole
     */
    public record Target(ObjectRef ref, long minGeneration, String template, String stalled, Optional<BatchGoal> goal) {
        public Target {
            Objects.requireNonNull(ref, "ref");
            Objects.requireNonNull(template, "template");
            Objects.requireNonNull(stalled, "stalled");
            Objects.requireNonNull(goal, "goal");
        }

        public Target(ObjectRef ref, long minGeneration, String template, String stalled) {
            this(ref, minGeneration, template, stalled, Optional.empty());
        }

        public Target(ObjectRef ref, long minGeneration) {
            this(ref, minGeneration, "", "");
        }

        Target withGoal(Optional<BatchGoal> value) {
            return new Target(ref, minGeneration, template, stalled, value);
        }
    }

    /** @throws ReleaseException (refused input) without targets, or for a negative duration or count */
    public WaitRequest {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(deadline, "deadline");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(policy, "policy");
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw ReleaseException.refused(
                    "wait for a healthy release", namespace, "no object was named", "Name at least one workload");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw refusedDuration("timeout", timeout, "It must be longer than zero");
        }
        if (stableFor.isNegative()) {
            throw refusedDuration("stableFor", stableFor, "It must not be negative");
        }
        if (stableFor.compareTo(timeout) >= 0) {
            throw refusedDuration(
                    "stableFor", stableFor, "It must be shorter than the time-out of " + ProgressText.took(timeout));
        }
        if (logLines < 0) {
            throw ReleaseException.refused(
                    "read logLines", String.valueOf(logLines), "it is negative", "Write 0 for no lines");
        }
    }

    private static ReleaseException refusedDuration(String name, Duration value, String remedy) {
        return ReleaseException.refused("read " + name, ProgressText.took(value), "it is out of range", remedy);
    }

    /** A wait with all defaults. */
    public static WaitRequest of(String namespace, List<Target> targets) {
        return new WaitRequest(
                namespace,
                targets,
                DEFAULT_TIMEOUT,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                true,
                DEFAULT_LOG_LINES,
                HealthPolicy.DEFAULT);
    }

    public WaitRequest withTimeout(Duration value) {
        return new WaitRequest(
                namespace, targets, value, Optional.empty(), stableFor, http, failFast, logLines, policy);
    }

    public WaitRequest withStableFor(Duration value) {
        return new WaitRequest(namespace, targets, timeout, deadline, value, http, failFast, logLines, policy);
    }

    public WaitRequest withHttp(HttpCheck value) {
        return new WaitRequest(
                namespace, targets, timeout, deadline, stableFor, Optional.of(value), failFast, logLines, policy);
    }

    public WaitRequest withFailFast(boolean value) {
        return new WaitRequest(namespace, targets, timeout, deadline, stableFor, http, value, logLines, policy);
    }

    public WaitRequest withLogLines(int value) {
        return new WaitRequest(namespace, targets, timeout, deadline, stableFor, http, failFast, value, policy);
    }

    public WaitRequest withPolicy(HealthPolicy value) {
        return new WaitRequest(namespace, targets, timeout, deadline, stableFor, http, failFast, logLines, value);
    }

    /** Fixes the deadline; a request that already has one keeps it, so that a resumed wait gains no time. */
    public WaitRequest startedAt(Instant now) {
        return deadline.isPresent()
                ? this
                : new WaitRequest(
                        namespace,
                        targets,
                        timeout,
                        Optional.of(now.plus(timeout)),
                        stableFor,
                        http,
                        failFast,
                        logLines,
                        policy);
    }

    /** Whether the time began to count well before now, so that another process has waited before. */
    boolean isResumed(Instant now) {
        return deadline.filter(d -> d.minus(timeout).plus(A_MOMENT).isBefore(now))
                .isPresent();
    }

    /** As text that survives a restart; {@link #decode} reads it back. Call {@link #startedAt} first. */
    public String encode() {
        return WaitRequestText.encode(this);
    }

    /** @throws ReleaseException (refused input) for text that {@link #encode} has not written */
    public static WaitRequest decode(String text) {
        return WaitRequestText.decode(text);
    }
}
