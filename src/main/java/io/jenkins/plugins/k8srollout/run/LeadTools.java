package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The connection that a release is led by, and all who are told what happens. Thread-safe. */
final class LeadTools implements ProgressSink {
    private final BuildLog log;
    private final SharedClusters.Lease lease;
    private final ReleaseTools tools;
    private final List<ProgressSink> companions = new CopyOnWriteArrayList<>();

    /** The engine's beginning of a release, or its going on with one. */
    interface Beginning {
        Cancellable begin(ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done);
    }

    /**
     * @param cluster the configured name
     * @throws ReleaseException if the cluster is no longer configured, or its credentials are not to be found
     */
    LeadTools(Run<?, ?> build, String cluster, BuildLog log) {
        this.log = log;
        EngineServices services = EngineServices.get();
        ClusterAccess access = new RequestFactory(build).cluster(cluster);
        this.lease = services.clusters().lease(access, this);
        this.tools = new ReleaseTools(lease.port(), services.scheduler(), services.workers(), this);
    }

    ReleaseTools engine() {
        return tools;
    }

    /** Why a release must not be gone on with here: the cluster's name leads somewhere else than when it began. */
    Optional<ReleaseException> moved(WatchToken begun, String cluster) {
        String then = begun.record().cluster();
        String now = tools.port().address();
        return then.equals(now)
                ? Optional.empty()
                : Optional.of(ReleaseException.refused(
                        "go on with the release",
                        "cluster " + cluster,
                        "it was begun at " + then + ", and the configuration leads to " + now
                                + " by now. Nothing was done there",
                        "Release again, or roll back at " + then + " with kubectl rollout undo"));
    }

    /** Has somebody else told what happens, too. */
    Cancellable tellToo(ProgressSink companion) {
        companions.add(companion);
        return () -> companions.remove(companion);
    }

    @Override
    public void accept(ProgressEvent event) {
        log.accept(event);
        companions.forEach(c -> c.accept(event));
    }

    void close() {
        lease.close();
    }
}
