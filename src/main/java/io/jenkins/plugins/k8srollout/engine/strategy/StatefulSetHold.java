package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A StatefulSet is held by its partition: pods whose ordinal is below it keep the old revision. The controller replaces
 * the others from the highest down, each stopped before its successor starts, for both have one name. A partition that
 * the manifest asks for stays the last one.
 */
final class StatefulSetHold implements WorkloadHold {
    private static final String STRATEGY = "updateStrategy";
    private static final String ROLLING = "rollingUpdate";
    private static final String PARTITION = "partition";

    @Override
    public Set<String> names() {
        return Set.of(STRATEGY);
    }

    @Override
    public KubeObject defaults() {
        return WorkloadHold.field(STRATEGY, Map.of("type", "RollingUpdate", ROLLING, Map.of(PARTITION, 0)));
    }

    @Override
    public int replicas(KubeObject live) {
        return (int) live.numberOr(1, "spec", "replicas");
    }

    @Override
    public int replaced(KubeObject live, KubeObject original) {
        return Math.max(0, replicas(live) - (int) original.numberOr(0, STRATEGY, ROLLING, PARTITION));
    }

    @Override
    public KubeObject fields(int replicas, BatchPlan plan, BatchStep step, KubeObject live, Hold hold) {
        long partition = replicas - step.retired(plan);
        // A workload that has grown since has new pods at its end: to raise the partition would make them old again.
        boolean ours =
                Hold.of(live).filter(h -> h.release().equals(hold.release())).isPresent();
        if (ours) {
            partition = Math.min(partition, live.numberOr(partition, "spec", STRATEGY, ROLLING, PARTITION));
        }
        Map<String, Object> rolling = new LinkedHashMap<>(
                KubeObject.of(hold.original(STRATEGY).map(s -> (Map<?, ?>) s).orElse(Map.of()))
                        .child(ROLLING)
                        .fields());
        rolling.put(PARTITION, partition);
        return WorkloadHold.field(STRATEGY, Map.of("type", "RollingUpdate", ROLLING, rolling));
    }

    @Override
    public KubeObject recreate(KubeObject live) {
        return KubeObject.empty();
    }

    @Override
    public boolean startsFirst() {
        return false;
    }

    @Override
    public boolean isUnfinished(KubeObject live) {
        return !live.text("status", "currentRevision").equals(live.text("status", "updateRevision"));
    }
}
