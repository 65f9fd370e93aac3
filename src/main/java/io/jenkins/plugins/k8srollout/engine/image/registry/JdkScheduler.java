package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Real time, counted by the JDK's own timer thread, for callers that have no scheduler of their own. Tasks run on
 * daemon threads that end when idle, not in the common pool: there others may block. Thread-safe.
 */
public final class JdkScheduler implements Scheduler {
    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "registry-client");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        CompletableFuture<Boolean> due = new CompletableFuture<>();
        due.thenAccept(run -> {
            if (run) {
                workers.execute(task);
            }
        });
        due.completeOnTimeout(true, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
        // completed, not cancelled: only then does the JDK forget the timer
        return () -> due.complete(false);
    }
}
