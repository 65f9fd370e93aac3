package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Counts the time until the next attempt, on one daemon thread of its own that ends when idle. It cannot be the shared
 * scheduler: callers of this room block until their call is done, on threads of that scheduler too, and an attempt that
 * had to wait for one of those threads would wait for its own caller.
 */
final class RetryTimer implements Scheduler, AutoCloseable {
    private static final int IDLE_SECONDS = 30;

    private final Scheduler clock;
    private final ScheduledThreadPoolExecutor timer;

    RetryTimer(Scheduler clock) {
        this.clock = clock;
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "k8s-rollout-retry");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return clock.now();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> waiting = timer.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException e) {
            // closed: what still waits fails at once instead of never
            task.run();
            return () -> {};
        }
    }

    /** What waits is tried at once, and fails, rather than keep its caller waiting. */
    @Override
    public void close() {
        timer.shutdownNow().forEach(Runnable::run);
    }
}
