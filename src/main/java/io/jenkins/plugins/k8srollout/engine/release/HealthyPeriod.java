package io.jenkins.plugins.k8srollout.engine.release;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The time since which everything has been healthy without a restart, and what was proved in it. A restart or an
 * unhealthy object begins a new one, in which all must be proved again. Not thread-safe.
 */
final class HealthyPeriod {
    private final Duration wanted;
    private final Set<Proof> needed;
    private final Set<Proof> proved = EnumSet.noneOf(Proof.class);
    private Optional<Instant> since = Optional.empty();
    private long restarts;
    private int number;

    /** What must be found out in a period besides that it lasts. */
    enum Proof {
        /** The HTTP check has answered as expected. */
        ANSWERED,
        /** Every metric of the analysis has held once. */
        MEASURED
    }

    HealthyPeriod(Duration wanted, Set<Proof> needed) {
        this.wanted = wanted;
        this.needed = needed;
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
            proved.clear();
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

    void prove(Proof proof, int period) {
        if (period == number && since.isPresent()) {
            proved.add(proof);
        }
    }

    /** Whether something must still be found out in this period. */
    boolean lacks(Proof proof) {
        return needed.contains(proof) && !proved.contains(proof);
    }

    /** When the period has lasted long enough; empty while nothing is healthy. */
    Optional<Instant> end() {
        return since.map(s -> s.plus(wanted));
    }

    boolean isComplete(Instant now) {
        return proved.containsAll(needed) && end().filter(e -> !now.isBefore(e)).isPresent();
    }
}
