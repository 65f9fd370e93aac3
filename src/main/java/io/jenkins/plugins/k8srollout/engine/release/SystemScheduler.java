package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The real clock: one thread that only counts time, and a bounded pool that does the work, so that however many waits
 * there are they cost no thread each, and one task that takes long does not make the others late. All threads are
 * daemons; idle workers end. Thread-safe.
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(SystemScheduler.class.getName());
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int WORKERS = 8;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;

    public SystemScheduler() {
        this(WORKERS);
    }

    /** @param workerCount the most tasks that run at one time; more wait for their turn */
    public SystemScheduler(int workerCount) {
        timer = new ScheduledThreadPoolExecutor(1, threads("k8s-rollout-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers = new ThreadPoolExecutor(
                workerCount,
                workerCount,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("k8s-rollout-worker"));
        workers.allowCoreThreadTimeOut(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task");
        Runnable guarded = () -> runGuarded(task);
        try {
            if (delay.isZero() || delay.isNegative()) {
                workers.execute(guarded);
                return () -> workers.remove(guarded);
            }
            ScheduledFuture<?> waiting = timer.schedule(() -> hand(guarded), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> {
                waiting.cancel(false);
                workers.remove(guarded);
            };
        } catch (RejectedExecutionException e) {
            // closed: whoever closes it ends the waits too
            LOGGER.log(Level.FINE, "not run, the scheduler is closed", e);
            return () -> {};
        }
    }

    private void hand(Runnable guarded) {
        try {
            workers.execute(guarded);
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, "not run, the scheduler is closed", e);
        }
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "a scheduled task failed", e);
        }
    }

    /** Runs nothing more; tasks under way are interrupted. */
    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
