package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Time that stands still until the test turns it. Tasks run on the thread that calls {@link #advance} or {@link
 * #runDue}, in the order of their times, then of their scheduling.
 */
public final class ManualScheduler implements Scheduler {
    private final List<Task> tasks = new ArrayList<>();
    private Instant now;
    private long count;

    private record Task(Instant due, long number, Runnable work) {}

    public ManualScheduler() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public ManualScheduler(Instant start) {
        this.now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable work) {
        Task task = new Task(now.plus(delay.isNegative() ? Duration.ZERO : delay), count++, work);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Runs what is due, and what that makes due, without moving time. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Moves time on, stopping at each task on the way. */
    public void advance(Duration step) {
        Instant end = now().plus(step);
        for (Task next = takeUntil(end); next != null; next = takeUntil(end)) {
            next.work().run();
        }
        synchronized (this) {
            now = end;
        }
    }

    /** How many tasks wait; zero proves that nothing was left behind. */
    public synchronized int pending() {
        return tasks.size();
    }

    private synchronized Task takeUntil(Instant end) {
        Task next = tasks.stream()
                .filter(t -> !t.due().isAfter(end))
                .min(Comparator.comparing(Task::due).thenComparing(Task::number))
                .orElse(null);
        if (next != null) {
            tasks.remove(next);
            now = next.due().isAfter(now) ? next.due() : now;
        }
        return next;
    }
}
