package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** One command's connection, clock and threads. */
final class ClusterSession implements AutoCloseable {
    // A rollback in progress is not waited for: the user wants out, and the record says how things stand.
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);

    private final SystemScheduler scheduler = new SystemScheduler();
    private final ClusterPort port;
    private final String namespace;

    ClusterSession(ClusterOptions options, Console console, ProgressSink sink) {
        ClusterAccess access = options.access(console);
        this.namespace = options.namespace(access);
        this.port = Fabric8Cluster.open(access, scheduler, sink);
    }

    ClusterPort port() {
        return port;
    }

    SystemScheduler scheduler() {
        return scheduler;
    }

    ReleaseTools tools(ProgressSink sink) {
        return new ReleaseTools(port, scheduler, task -> scheduler.after(Duration.ZERO, task), sink);
    }

    String namespace() {
        return namespace;
    }

    /**
     * Starts something that ends by itself and waits for it. An interrupt of the process (SIGINT, SIGTERM) cancels it
     * and lets it say how it ended.
     *
     * @param start starts the work; it must call the consumer once, also after it was cancelled
     */
    <T> T await(Function<Consumer<T>, Cancellable> start) throws InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Cancellable running = start.apply(result::complete);
        Thread goodbye = new Thread(() -> cancelAndWait(running, result), "k8s-rollout-interrupt");
        Runtime.getRuntime().addShutdownHook(goodbye);
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes this exceptionally", e);
        } finally {
            forget(goodbye);
        }
    }

    private static void cancelAndWait(Cancellable running, CompletableFuture<?> result) {
        running.cancel();
        try {
            result.get(LONGEST_GOODBYE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            Thread.currentThread().interrupt(); // the process is ending anyway
        }
    }

    private static void forget(Thread goodbye) {
        try {
            Runtime.getRuntime().removeShutdownHook(goodbye);
        } catch (IllegalStateException e) {
            return; // the process is ending: the hook is at work
        }
    }

    @Override
    public void close() {
        port.close();
        scheduler.close();
    }
}
