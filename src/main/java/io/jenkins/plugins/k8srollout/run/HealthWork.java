package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import java.util.concurrent.CompletableFuture;

/** Waits for a build. Costs no thread while it waits. */
public final class HealthWork {
    private HealthWork() {}

    /** What is waited for, in short; empty text for the last release. */
    public static String subject(WaitParameters parameters) {
        return String.join(", ", parameters.getWorkloads());
    }

    /**
     * What to wait for, with an absolute deadline, as text that a restart does not lose.
     *
     * @param parameters where they name no workloads, everything of the build's last release counts
     */
    public static Released prepare(Run<?, ?> build, WaitParameters parameters) {
        RequestFactory factory = new RequestFactory(build);
        if (!parameters.getWorkloads().isEmpty()) {
            ClusterAccess access = factory.cluster(parameters.getCluster());
            String namespace = factory.namespace(parameters.getNamespace(), access);
            return prepared(factory.clusterName(parameters.getCluster()), factory.wait(parameters, namespace));
        }
        Released last = ReleaseAction.lastOf(build)
                .orElseThrow(() -> ReleaseException.refused(
                        "wait for a healthy release",
                        build.getFullDisplayName(),
                        "no workloads are named and this build has released nothing yet",
                        "Set workloads, or release with k8sRollout before"));
        WaitRequest released = WaitRequest.decode(last.targets());
        if (!parameters.getCluster().isEmpty()) {
            requireSame("cluster", factory.clusterName(parameters.getCluster()), factory.clusterName(last.cluster()));
        }
        if (!parameters.getNamespace().isEmpty()) {
            requireSame("namespace", parameters.getNamespace(), released.namespace());
        }
        return prepared(factory.clusterName(last.cluster()), factory.wait(parameters, released));
    }

    private static void requireSame(String parameter, String given, String released) {
        if (!given.equals(released)) {
            throw ReleaseException.refused(
                    "wait for a healthy release",
                    parameter + " " + given,
                    "no workloads are named, and this build's last release went to " + parameter + " " + released,
                    "Name the workloads, or leave " + parameter + " out");
        }
    }

    private static Released prepared(String cluster, WaitRequest request) {
        WaitRequest started = request.startedAt(EngineServices.get().scheduler().now());
        return new Released(cluster, request.namespace(), started.encode());
    }

    /**
     * Begins or resumes a wait; returns at once.
     *
     * @param cluster its configured name
     * @param wait as {@link #prepare} has made it
     * @return completes with the result or a {@link ReleaseException}; cancelling it ends the wait
     */
    public static CompletableFuture<HealthResult> start(Run<?, ?> build, String cluster, String wait, BuildLog log) {
        EngineServices services = EngineServices.get();
        RequestFactory factory = new RequestFactory(build);
        WaitRequest request = WaitRequest.decode(wait);
        log.begin(factory.clusterName(cluster), request.namespace());
        SharedClusters.Lease lease = services.clusters().lease(factory.cluster(cluster), log);
        CompletableFuture<HealthResult> result = new CompletableFuture<>();
        Cancellable watch =
                HealthWatch.start(request, lease.port(), services.scheduler(), log, outcome -> end(outcome, result));
        result.whenComplete((r, failure) -> {
            watch.cancel();
            lease.close();
        });
        return result;
    }

    private static void end(HealthOutcome outcome, CompletableFuture<HealthResult> result) {
        if (outcome.isHealthy()) {
            result.complete(new HealthResult(outcome));
        } else {
            result.completeExceptionally(new ReleaseException(outcome.toProblem()));
        }
    }
}
