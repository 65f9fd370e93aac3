package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.OptionalLong;

/**
 * A workload that is held in a batch: so many pods of the newest revision ready, and where they replace old ones, so
 * many of those left. Its own numbers do not tell, for a held Deployment calls no new pod available.
 */
final class BatchRule {
    private BatchRule() {}

    /**
     * Whether the step must be computed anew: it was for another number of pods, and may not be reached with these; or
     * more old pods of a DaemonSet are left than its batch leaves, whose controller replaces none by itself.
     */
    static boolean isOutdated(WorkloadSnapshot snapshot, BatchGoal goal) {
        long replicas = replicas(snapshot.workload());
        OptionalLong left = goal.oldOf(replicas);
        return replicas != goal.replicas()
                || isOnDelete(snapshot.workload()) && left.isPresent() && Revision.oldPods(snapshot) > left.getAsLong();
    }

    private static boolean isOnDelete(KubeObject workload) {
        return workload.kind().equals("DaemonSet")
                && workload.annotations().containsKey(Revision.TEMPLATE) // else nobody can tell old pods from new
                && workload.text("spec", "updateStrategy", "type")
                        .filter("OnDelete"::equals)
                        .isPresent();
    }

    private static long replicas(KubeObject workload) {
        return workload.kind().equals("DaemonSet")
                ? workload.numberOr(0, "status", "desiredNumberScheduled")
                : workload.numberOr(1, "spec", "replicas");
    }

    /** @param newest the pods of the newest revision that are not being deleted */
    static Health judge(WorkloadSnapshot snapshot, List<KubeObject> newest, BatchGoal goal) {
        KubeObject workload = snapshot.workload();
        long replicas = replicas(workload);
        long wanted = goal.readyOf(replicas);
        long ready = newest.stream()
                .filter(p -> Conditions.isTrue(p, "Ready").isPresent())
                .count();
        long old = Revision.oldPods(snapshot);
        OptionalLong left = goal.oldOf(replicas);
        if (ready < wanted) {
            return KindRule.progressing(KindRule.pods(ready, wanted, "of the batch ready"));
        }
        if (left.isPresent() && old > left.getAsLong()) {
            long more = old - left.getAsLong();
            return KindRule.progressing(more + (more == 1 ? " old pod" : " old pods") + " still to go");
        }
        return KindRule.healthy(KindRule.pods(ready, replicas, "new and ready"));
    }
}
