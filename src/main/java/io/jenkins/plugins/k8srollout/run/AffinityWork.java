package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityDialects;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.AffinityRun;
import io.jenkins.plugins.k8srollout.engine.release.StickinessCheck;
import io.jenkins.plugins.k8srollout.engine.release.StickinessReport;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Sets session affinity for a build and, if asked for, proves it. */
public final class AffinityWork {
    private AffinityWork() {}

    /** The names that {@code controller} may have. */
    public static Stream<String> controllers() {
        return AffinityDialects.names().stream();
    }

    /**
     * Blocks while the cluster is asked and changed, not while the proof is waited for.
     *
     * @return cancelling it ends the proof
     * @throws ReleaseException if the request is refused or the cluster does not take it
     */
    public static CompletableFuture<AffinityResult> start(
            Run<?, ?> build, AffinityParameters parameters, ListenerSink log) {
        ClusterAccess access = new RequestFactory(build).cluster(parameters.getCluster());
        AffinityRequest request =
                RequestFactory.affinity(parameters, RequestFactory.namespace(parameters.getNamespace(), access));
        String verify = request.remove() ? "" : parameters.getVerify();
        StickinessCheck.Probe probe = verify.isEmpty()
                ? null
                : StickinessCheck.Probe.of(verify, request.cookie().nameOrDefault());
        AffinityPlan plan;
        try (SharedClusters.Lease lease = EngineServices.get().clusters().lease(access, log)) {
            plan = new AffinityRun(lease.port(), log).apply(request);
        }
        if (probe == null) {
            return CompletableFuture.completedFuture(new AffinityResult(plan, Set.of()));
        }
        CompletableFuture<StickinessReport> proof =
                new StickinessCheck(EngineServices.get().scheduler(), log).start(probe);
        CompletableFuture<AffinityResult> result = proof.thenApply(r -> new AffinityResult(plan, r.pods()));
        result.whenComplete((r, failure) -> proof.cancel(false));
        return result;
    }
}
