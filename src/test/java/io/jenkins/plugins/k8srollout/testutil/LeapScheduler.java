package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Time that leaps over every delay at once, for code that waits in the middle of blocking calls. Delays of {@link
 * #WATCH} or more are taken for watchdogs: they are only run by {@link #runWatchdogs}. Thread-safe.
 */
public final class LeapScheduler implements Scheduler {
    /** From here on a delay is a watchdog's. */
    public static final Duration WATCH = Duration.ofSeconds(60);

    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final List<Runnable> watchdogs = new CopyOnWriteArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        if (delay.compareTo(WATCH) >= 0) {
            watchdogs.add(task);
            return () -> watchdogs.remove(task);
        }
        delays.add(delay);
        advance(delay);
        CompletableFuture.runAsync(task);
        return () -> {};
    }

    public synchronized void advance(Duration step) {
        now = now.plus(step);
    }

    /** The delays leapt over, in their order. */
    public List<Duration> delays() {
        return List.copyOf(delays);
    }

    /** Lets {@code step} pass and runs the watchdogs that are set now. */
    public void runWatchdogs(Duration step) {
        advance(step);
        List<Runnable> due = List.copyOf(watchdogs);
        watchdogs.removeAll(due);
        due.forEach(Runnable::run);
    }
}
