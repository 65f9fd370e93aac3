package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;
import java.util.Set;

/** How workloads of one kind are held. Pure. */
interface WorkloadHold {

    /** The fields of {@code spec} that a hold replaces. */
    Set<String> names();

    /** What the server puts into such a field that nobody sets; absent ones it leaves out. */
    KubeObject defaults();

    /** How many pods the workload is to have. */
    int replicas(KubeObject live);

    /**
     * How many of them a release replaces.
     *
     * @param original the fields as they are in the end
     */
    default int replaced(KubeObject live, KubeObject original) {
        return replicas(live);
    }

    /**
     * The fields of {@code spec} that let a step happen, and no more than that.
     *
     * @param replicas how many pods there are to be
     * @param plan for those that are replaced
     * @param live the workload as it is; its fields tell what an earlier step has allowed
     */
    KubeObject fields(int replicas, BatchPlan plan, BatchStep step, KubeObject live, Hold hold);

    /** The fields of {@code spec} that make all old pods end first; empty if the kind cannot, or does so anyway. */
    KubeObject recreate(KubeObject live);

    /** Whether it can let a new pod start beside the old one. */
    boolean startsFirst();

    /** Whether some pods are still of an older template than the present one. */
    boolean isUnfinished(KubeObject live);

    /** A map of one field. */
    static KubeObject field(String name, Map<String, Object> value) {
        return KubeObject.of(Map.of(name, value));
    }
}
