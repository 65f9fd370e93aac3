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

    /** What it is set on, in short. */
    public static String subject(AffinityParameters parameters) {
        return Stream.of(parameters.getIngress(), parameters.getService(), parameters.getHttpRoute())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

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
            Run<?, ?> build, AffinityParameters parameters, BuildLog log) {
        RequestFactory factory = new RequestFactory(build);
        ClusterAccess access = factory.cluster(parameters.getCluster());
        String namespace = factory.namespace(parameters.getNamespace(), access);
        log.begin(factory.clusterName(parameters.getCluster()), namespace);
        AffinityRequest request = RequestFactory.affinity(parameters, namespace);
        String verify = request.remove() ? "" : parameters.getVerify();
        AffinityPlan plan;
        StickinessCheck.Probe probe;
        try (SharedClusters.Lease lease = EngineServices.get().clusters().lease(access, log)) {
            AffinityRun run = new AffinityRun(lease.port(), log);
            plan = run.plan(request);
            probe = verify.isEmpty() ? null : StickinessCheck.Probe.of(verify, plan);
            run.apply(request, plan);
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
