package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Tries again what failed for a reason that may pass. No thread waits meanwhile. Thread-safe. */
final class Retry {
    private final Scheduler scheduler;
    private final ProgressSink sink;
    private final Duration limit;
    private final DoubleSupplier random;

    Retry(Scheduler scheduler, ProgressSink sink, Duration limit, DoubleSupplier random) {
        this.scheduler = scheduler;
        this.sink = sink;
        this.limit = limit;
        this.random = random;
    }

    /** The patience of one new operation. */
    Patience patience() {
        return new Patience(scheduler, limit, random);
    }

    /** Of an operation that is to fail at once. */
    Patience none() {
        return new Patience(scheduler, Duration.ZERO, random);
    }

    /** Ends with the first success, or with a {@link ReleaseException} when the patience is over. */
    <T> CompletableFuture<T> run(Action action, Patience patience, Supplier<CompletableFuture<T>> attempt) {
        return attempt.get()
                .handle((value, failure) -> failure == null
                        ? CompletableFuture.completedFuture(value)
                        : this.<T>next(action, patience, unwrapped(failure), attempt))
                .thenCompose(outcome -> outcome);
    }

    /** The same, after a failure that the caller has seen itself. */
    <T> CompletableFuture<T> runAfter(
            TransientException failure, Action action, Patience patience, Supplier<CompletableFuture<T>> attempt) {
        return next(action, patience, failure, attempt);
    }

    private <T> CompletableFuture<T> next(
            Action action, Patience patience, Throwable failure, Supplier<CompletableFuture<T>> attempt) {
        if (!(failure instanceof TransientException)) {
            return CompletableFuture.failedFuture(failure);
        }
        Duration delay;
        try {
            delay = patience.afterFailure(action, (TransientException) failure);
        } catch (ReleaseException e) {
            return CompletableFuture.failedFuture(e);
        }
        sink.accept(new ProgressEvent.Retrying(action.attempted(), failure.getMessage(), delay));
        CompletableFuture<Void> due = new CompletableFuture<>();
        scheduler.after(delay, () -> due.complete(null));
        return due.thenCompose(go -> run(action, patience, attempt));
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }
}
