package io.jenkins.plugins.k8srollout.engine.release;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time since which everything has been healthy without a restart, and what was proved in it. A restart or an
 * unhealthy object begins a new one, in which all must be proved again. Not thread-safe.
 */
final class HealthyPeriod {
    private final Duration wanted;
    private final boolean needsAnswer;
    private Optional<Instant> since = Optional.empty();
    private long restarts;
    private int number;
    private boolean answered;

    HealthyPeriod(Duration wanted, boolean needsAnswer) {
        this.wanted = wanted;
        this.answered = !needsAnswer;
        this.needsAnswer = needsAnswer;
    }

    /** @return whether a period has ended by a restart that no object's health has shown */
    boolean healthy(Instant now, long restartCount) {
        boolean restarted = since.isPresent() && restartCount > restarts;
        if (restarted) {
            unhealthy();
        }
        if (since.isEmpty()) {
            since = Optional.of(now);
            restarts = restartCount;
        }
        return restarted;
    }

    void unhealthy() {
        if (since.isPresent()) {
            since = Optional.empty();
            answered = !needsAnswer;
            number++;
        }
    }

    /** Tells periods apart: an answer counts only in the period in which it was asked for. */
    int number() {
        return number;
    }

    boolean isHealthy() {
        return since.isPresent();
    }

    void answered(int period) {
        answered |= period == number && since.isPresent();
    }

    boolean isAnswered() {
        return answered;
    }

    /** When the period has lasted long enough; empty while nothing is healthy. */
    Optional<Instant> end() {
        return since.map(s -> s.plus(wanted));
    }

    boolean isComplete(Instant now) {
        return answered && end().filter(e -> !now.isBefore(e)).isPresent();
    }
}
