package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

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
        Runnable once = new Once(task);
        waiting.add(once);
        try {
            ScheduledFuture<?> turn = timer.schedule(once, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> {
                waiting.remove(once);
                turn.cancel(false);
            };
        } catch (RejectedExecutionException e) {
            once.run(); // closed: it fails at once
            return () -> {};
        }
    }

    /** What waits is tried at once, and fails, rather than keep its caller waiting for ever. */
    @Override
    public void close() {
        timer.shutdownNow();
        List.copyOf(waiting).forEach(Runnable::run);
    }

    private final class Once implements Runnable {
        private final Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (waiting.remove(this)) {
                task.run();
            }
        }
    }
}
