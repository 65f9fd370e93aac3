package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * How much longer one operation goes on trying. Delays grow exponentially with full jitter, so that many builds that
 * lost the same registry do not come back at the same moment. Not thread-safe: one operation is one sequence.
 */
final class Patience {
    private static final long FIRST_MILLIS = 400;
    private static final long LONGEST_MILLIS = 5_000;
    private static final int MOST_DOUBLINGS = 10;

    private final Scheduler scheduler;
    private final Duration limit;
    private final DoubleSupplier random;
    private Instant firstFailure; // null while all is well
    private int failures;

    /** @param random from 0 to 1 */
    Patience(Scheduler scheduler, Duration limit, DoubleSupplier random) {
        this.scheduler = scheduler;
        this.limit = limit;
        this.random = random;
    }

    /** Forgets the failures so far. */
    void progress() {
        firstFailure = null;
        failures = 0;
    }

    /**
     * How long to wait before the next try.
     *
     * @throws ReleaseException (unreachable) when there is no patience left for this failure
     */
    Duration afterFailure(Action action, TransientException failure) {
        Instant now = scheduler.now();
        firstFailure = firstFailure == null ? now : firstFailure;
        failures++;
        Duration spent = Duration.between(firstFailure, now);
        Duration most = limit.compareTo(failure.worth()) < 0 ? limit : failure.worth();
        Duration delay = delay(failure);
        if (most.isZero() || spent.plus(delay).compareTo(most) > 0) {
            throw exhausted(action, failure, spent, delay);
        }
        return delay;
    }

    private Duration delay(TransientException failure) {
        long ceiling = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, MOST_DOUBLINGS));
        Duration jittered = Duration.ofMillis((long) (ceiling * random.getAsDouble()));
        return failure.retryAfter()
                .filter(asked -> asked.compareTo(jittered) > 0)
                .orElse(jittered);
    }

    private ReleaseException exhausted(Action action, TransientException failure, Duration spent, Duration delay) {
        String tried = failures == 1 ? "" : " (tried " + failures + " times in " + spent.toSeconds() + " s)";
        boolean asked = failure.retryAfter().isPresent();
        String wait = asked ? "; it asks to wait " + delay.toSeconds() + " s" : "";
        return new ReleaseException(
                new Problem(
                        Problem.Kind.UNREACHABLE,
                        action.attempted(),
                        action.object(),
                        failure.getMessage() + wait + tried,
                        failure.remedy()),
                failure.getCause());
    }
}
