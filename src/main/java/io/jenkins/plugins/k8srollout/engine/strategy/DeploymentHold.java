package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;
import java.util.Set;

/**
 * A Deployment is held by a minimum of seconds ready that no pod reaches: new pods become ready and serve, but never
 * available, so that the controller spends what {@code maxSurge} and {@code maxUnavailable} allow once and then waits.
 * Only the newest ReplicaSet takes that minimum over; old pods stay available.
 *
 * <p>What is allowed is written in per cent where that is exact, so that the hold keeps its proportion when an
 * autoscaler changes the replicas before anybody can compute it anew. That is not enough while nobody is there at all:
 * the controller rounds what it scales down, and then goes by numbers of ready pods that are a moment old
 * (kubernetes/kubernetes: pkg/controller/deployment/rolling.go, scaleDownOldReplicaSetsForRollingUpdate). In a pause the
 * Deployment therefore is paused, too.
 */
final class DeploymentHold implements WorkloadHold {
    // The API wants the deadline above the minimum, and both are 32 bits wide; the controller takes the largest number
    // for no deadline at all.
    static final long NO_DEADLINE = Integer.MAX_VALUE;
    static final long NEVER_AVAILABLE = NO_DEADLINE - 1;

    private static final int ALL = 100;
    private static final String STRATEGY = "strategy";
    private static final String PAUSED = "paused";
    private static final String ROLLING = "rollingUpdate";

    @Override
    public Set<String> names() {
        return Set.of("minReadySeconds", "progressDeadlineSeconds", STRATEGY, PAUSED);
    }

    @Override
    public KubeObject defaults() {
        return KubeObject.of(Map.of(
                "minReadySeconds",
                0,
                "progressDeadlineSeconds",
                600,
                PAUSED,
                false,
                STRATEGY,
                Map.of("type", "RollingUpdate", ROLLING, Map.of("maxSurge", "25%", "maxUnavailable", "25%"))));
    }

    @Override
    public int replicas(KubeObject live) {
        return (int) live.numberOr(1, "spec", "replicas");
    }

    @Override
    public KubeObject fields(int replicas, BatchPlan plan, BatchStep step, KubeObject live, Hold hold) {
        int retired = step.endsBatch() ? step.retired(plan) : hold.replaced().orElse(step.retired(plan));
        int surge = step.target(plan) - retired;
        KubeObject fields = KubeObject.of(Map.of(
                "minReadySeconds",
                NEVER_AVAILABLE,
                "progressDeadlineSeconds",
                NO_DEADLINE,
                STRATEGY,
                Map.of(
                        "type",
                        "RollingUpdate",
                        ROLLING,
                        Map.of("maxSurge", surging(surge, replicas), "maxUnavailable", missing(retired, replicas)))));
        return hold.paused() ? fields.with(true, PAUSED) : fields;
    }

    // The server rounds a surge up.
    private static Object surging(int pods, int replicas) {
        return pods == 0 || replicas > ALL ? pods : pods * ALL / replicas + "%";
    }

    // And what may be missing down. Where there is nothing to replace the API still wants one of the two above zero.
    private static Object missing(int pods, int replicas) {
        if (replicas == 0) {
            return 1;
        }
        return pods == 0 || replicas > ALL ? pods : (pods * ALL + replicas - 1) / replicas + "%";
    }

    @Override
    public KubeObject recreate(KubeObject live) {
        return WorkloadHold.field(STRATEGY, Map.of("type", "Recreate"));
    }

    @Override
    public boolean startsFirst() {
        return true;
    }

    @Override
    public boolean isUnfinished(KubeObject live) {
        return live.numberOr(0, "status", "updatedReplicas") < replicas(live)
                || live.numberOr(0, "status", "replicas") > live.numberOr(0, "status", "updatedReplicas");
    }
}
