package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;

/**
 * Ends a transfer in which nothing has moved for too long. A time-out for the whole request would be wrong: how long a
 * blob takes depends on its size. Thread-safe.
 */
final class StallGuard implements AutoCloseable {
    private final Scheduler scheduler;
    private final Runnable onStall;
    private volatile Duration limit;
    private volatile Instant lastMove; // null while it is not the other side's turn
    private Scheduler.Cancellable check;
    private boolean closed;

    StallGuard(Scheduler scheduler, Duration limit, Runnable onStall) {
        this.scheduler = scheduler;
        this.limit = limit;
        this.onStall = onStall;
    }

    /** The other side's turn begins, or something has moved. */
    void moved() {
        lastMove = scheduler.now();
        if (check == null) {
            checkAfter(limit);
        }
    }

    /** It is our own turn, which may take any time. */
    void paused() {
        lastMove = null;
    }

    /** From now on silence is allowed for {@code longer}. */
    void allow(Duration longer) {
        limit = longer;
        moved();
    }

    private synchronized void checkAfter(Duration delay) {
        if (!closed) {
            check = scheduler.after(delay, this::check);
        }
    }

    private void check() {
        Instant last = lastMove;
        Duration silent = last == null ? Duration.ZERO : Duration.between(last, scheduler.now());
        if (silent.compareTo(limit) >= 0) {
            lastMove = null;
            onStall.run();
            checkAfter(limit); // what goes on after the stall is watched too
        } else {
            checkAfter(limit.minus(silent));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (check != null) {
            check.cancel();
        }
    }
}
