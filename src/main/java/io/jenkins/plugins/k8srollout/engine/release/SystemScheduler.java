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
 * The real clock: one thread that only counts time, a bounded pool for short tasks and another for calls that take a
 * while, so that however many waits there are they cost no thread each, and a server that does not answer makes nothing
 * late but the calls to it and to its like. All threads are daemons; idle ones end. Thread-safe.
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(SystemScheduler.class.getName());
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int WORKERS = 8;
    private static final int CALLERS = 24;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;
    private final ThreadPoolExecutor callers;

    public SystemScheduler() {
        this(WORKERS);
    }

    /** @param workerCount the most tasks that run at one time; more wait for their turn */
    public SystemScheduler(int workerCount) {
        timer = new ScheduledThreadPoolExecutor(1, threads("k8s-rollout-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers = pool(workerCount, "k8s-rollout-worker");
        callers = pool(CALLERS, "k8s-rollout-caller");
    }

    private static ThreadPoolExecutor pool(int size, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task");
        if (delay.isZero() || delay.isNegative()) {
            return soon(workers, task);
        }
        Runnable guarded = () -> runGuarded(task);
        try {
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

    @Override
    public Cancellable offload(Runnable task) {
        return soon(callers, task);
    }

    private static Cancellable soon(ThreadPoolExecutor pool, Runnable task) {
        Objects.requireNonNull(task, "task");
        Runnable guarded = () -> runGuarded(task);
        try {
            pool.execute(guarded);
            return () -> pool.remove(guarded);
        } catch (RejectedExecutionException e) {
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
        callers.shutdownNow();
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
