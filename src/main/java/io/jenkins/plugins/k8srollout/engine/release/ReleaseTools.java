package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * What a release works with. All of it stays the caller's, who closes it after the release has ended.
 *
 * @param port the cluster
 * @param scheduler the clock; its threads do no blocking work
 * @param workers runs what blocks: planning, applying, rolling back. Must give each task a thread soon, however many
 *     there are, as a cached thread pool does, or run it at once on the caller's
 * @param sink told one event at a time
 */
public record ReleaseTools(ClusterPort port, Scheduler scheduler, Executor workers, ProgressSink sink) {
    public ReleaseTools {
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(workers, "workers");
        Objects.requireNonNull(sink, "sink");
    }

    ReleaseTools telling(ProgressSink other) {
        return new ReleaseTools(port, scheduler, workers, other);
    }
}
