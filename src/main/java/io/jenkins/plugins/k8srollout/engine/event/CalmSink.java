package io.jenkins.plugins.k8srollout.engine.event;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Tells of a server that is away once in a while, less and less often: every call and every watch notices it for
 * itself, and a log does not need to know of each. All other events pass. Thread-safe if {@code next} is.
 */
public final class CalmSink implements ProgressSink {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(4);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    // After so long without trouble the next is another trouble, told of at once.
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final ProgressSink next;
    private final Supplier<Instant> clock;
    private Instant last = Instant.MIN;
    private Instant quietUntil = Instant.MIN;
    private Duration pause = FIRST_PAUSE;

    public CalmSink(ProgressSink next, Supplier<Instant> clock) {
        this.next = next;
        this.clock = clock;
    }

    @Override
    public void accept(ProgressEvent event) {
        if (!(event instanceof ProgressEvent.Retrying) || isTime()) {
            next.accept(event);
        }
    }

    private synchronized boolean isTime() {
        Instant now = clock.get();
        if (last.isBefore(now.minus(FORGOTTEN))) {
            pause = FIRST_PAUSE;
        }
        last = now;
        if (now.isBefore(quietUntil)) {
            return false;
        }
        quietUntil = now.plus(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return true;
    }
}
