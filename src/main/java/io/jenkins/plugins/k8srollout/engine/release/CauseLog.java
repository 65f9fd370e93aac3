package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** Fetches, once in a wait, the last lines of the container that has failed. */
final class CauseLog {
    private final ClusterPort port;
    private final int lines;
    private final WaitState state;

    // Guarded by the state.
    private boolean wanted;

    /** @param lines how many; 0 for none */
    CauseLog(ClusterPort port, int lines, WaitState state) {
        this.port = port;
        this.lines = lines;
        this.state = state;
        this.wanted = lines > 0;
    }

    /** Blocks while the server answers; to be called without the state's lock. */
    void fetch() {
        Optional<Health.Cause> cause = state.failure().cause();
        Optional<KubeObject> pod;
        synchronized (state) {
            if (!wanted) {
                return;
            }
            wanted = false;
            pod = cause.flatMap(c -> state.objects().find(c.object()));
        }
        pod.flatMap(p -> ContainerLog.of(p, cause.orElseThrow().container()))
                .flatMap(log -> log.fetch(port, lines))
                .ifPresent(excerpt -> {
                    synchronized (state) {
                        state.failure().log(excerpt);
                        state.narrator().log(excerpt);
                    }
                });
    }
}
