package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Real time, counted by the JDK's own timer thread, for callers that have no scheduler of their own. */
final class JdkScheduler implements Scheduler {
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        CompletableFuture<Boolean> due = new CompletableFuture<>();
        due.thenAcceptAsync(run -> {
            if (run) {
                task.run();
            }
        });
        due.completeOnTimeout(true, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
        // completed, not cancelled: only then does the JDK forget the timer
        return () -> due.complete(false);
    }
}
