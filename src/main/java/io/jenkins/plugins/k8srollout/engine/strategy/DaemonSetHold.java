package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A DaemonSet is held by the update strategy {@code OnDelete}: its controller replaces only pods that somebody deletes,
 * and a release deletes those of the batch.
 *
 * <p>The Deployment's way does not hold here: the daemon controller measures old pods, too, by the template's
 * {@code minReadySeconds}, so that raising it makes all of them unavailable, and an unavailable old pod is replaced
 * whatever {@code maxUnavailable} says (kubernetes/kubernetes: pkg/controller/daemon/update.go, rollingUpdate).
 */
final class DaemonSetHold implements WorkloadHold {
    private static final String STRATEGY = "updateStrategy";
    private static final String ROLLING = "rollingUpdate";
    private static final String TEMPLATE = "deprecated.daemonset.template.generation";
    private static final String POD_TEMPLATE = "pod-template-generation";

    @Override
    public Set<String> names() {
        return Set.of(STRATEGY);
    }

    @Override
    public KubeObject defaults() {
        return WorkloadHold.field(
                STRATEGY, Map.of("type", "RollingUpdate", ROLLING, Map.of("maxSurge", 0, "maxUnavailable", 1)));
    }

    @Override
    public int replicas(KubeObject live) {
        return (int) live.numberOr(0, "status", "desiredNumberScheduled");
    }

    @Override
    public KubeObject fields(int replicas, BatchPlan plan, BatchStep step, KubeObject live, Hold hold) {
        return WorkloadHold.field(STRATEGY, Map.of("type", "OnDelete"));
    }

    @Override
    public KubeObject recreate(KubeObject live) {
        Map<String, Object> rolling = new LinkedHashMap<>();
        rolling.put("maxUnavailable", "100%");
        if (live.has("spec", STRATEGY, ROLLING, "maxSurge")) { // which Kubernetes knows from 1.21 on
            rolling.put("maxSurge", 0);
        }
        return WorkloadHold.field(STRATEGY, Map.of("type", "RollingUpdate", ROLLING, rolling));
    }

    @Override
    public boolean startsFirst() {
        return false;
    }

    @Override
    public boolean isUnfinished(KubeObject live) {
        return live.numberOr(0, "status", "updatedNumberScheduled") < replicas(live);
    }

    /**
     * The old pods to delete so that a goal is reached; none twice, however often it is asked: pods that are ending
     * count as gone.
     *
     * @param pods those of the DaemonSet, of all revisions
     */
    static List<KubeObject> surplus(KubeObject live, List<KubeObject> pods, BatchGoal goal) {
        String newest = live.annotations().getOrDefault(TEMPLATE, "");
        List<KubeObject> old = pods.stream()
                .filter(p -> !p.has("metadata", "deletionTimestamp"))
                .filter(p -> !newest.equals(p.labels().get(POD_TEMPLATE)))
                .sorted(Comparator.comparing(DaemonSetHold::isReady).thenComparing(KubeObject::name))
                .toList();
        long left = goal.oldOf(goal.replicas()).orElse(old.size());
        return newest.isEmpty() ? List.of() : old.subList(0, (int) Math.max(0, old.size() - left));
    }

    // Those that serve nobody go first.
    private static boolean isReady(KubeObject pod) {
        return pod.children("status", "conditions").stream()
                .anyMatch(c -> c.text("type").filter("Ready"::equals).isPresent()
                        && c.text("status").filter("True"::equals).isPresent());
    }
}
