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
import java.util.logging.Level;
import java.util.logging.Logger;

/** One command's connection, clock and threads. */
final class ClusterSession implements AutoCloseable {
    // Held, so that the level is not lost with a collected logger: the client's own log repeats what we report.
    private static final Logger CLIENT_LOG = Logger.getLogger("io.fabric8");
    // A rollback in progress is not waited for: the user wants out, and the record says how things stand.
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);

    private final SystemScheduler scheduler = new SystemScheduler();
    private final ClusterPort port;
    private final String namespace;

    ClusterSession(ClusterOptions options, Console console, ProgressSink sink) {
        this(options, options.access(console), sink);
    }

    /** @param patience how long passing faults are retried */
    ClusterSession(ClusterOptions options, Duration patience, Console console, ProgressSink sink) {
        this(options, options.access(console).withPatience(patience), sink);
    }

    private ClusterSession(ClusterOptions options, ClusterAccess access, ProgressSink sink) {
        CLIENT_LOG.setLevel(Level.SEVERE);
        Fabric8Cluster cluster = Fabric8Cluster.open(access, scheduler, sink);
        this.namespace = options.namespace(cluster.defaultNamespace());
        this.port = cluster;
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
     * Starts something that ends by itself and waits for it. An interrupt of this thread, as {@link Goodbye} makes of
     * SIGINT and SIGTERM, cancels it and lets it say how it ended.
     *
     * @param start starts the work; it must call the consumer once, also after it was cancelled
     * @throws InterruptedException if it could not say so in time
     */
    <T> T await(Function<Consumer<T>, Cancellable> start) throws InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Cancellable running = start.apply(result::complete);
        try {
            return result.get();
        } catch (InterruptedException e) {
            running.cancel();
            return ofCancelled(result, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes this exceptionally", e);
        }
    }

    private static <T> T ofCancelled(CompletableFuture<T> result, InterruptedException interrupt)
            throws InterruptedException {
        try {
            return result.get(LONGEST_GOODBYE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw interrupt;
        }
    }

    @Override
    public void close() {
        port.close();
        scheduler.close();
    }
}
