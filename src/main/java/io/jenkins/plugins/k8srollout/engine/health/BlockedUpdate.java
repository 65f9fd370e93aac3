package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/**
 * A StatefulSet of the policy OrderedReady does not replace any pod while one is not ready, not even a broken one of
 * an older revision ("Forced rollback" in the Kubernetes documentation of StatefulSets).
 */
final class BlockedUpdate {
    private BlockedUpdate() {}

    static Optional<Diagnosis> check(WorkloadSnapshot snapshot) {
        KubeObject workload = snapshot.workload();
        boolean ordered = workload.kind().equals("StatefulSet")
                && workload.text("spec", "podManagementPolicy")
                        .orElse("OrderedReady")
                        .equals("OrderedReady")
                && !OnDelete.is(workload);
        if (!ordered) {
            return Optional.empty();
        }
        String newest = workload.text("status", "updateRevision").orElse("");
        return WorkloadSnapshot.ownedBy(workload, snapshot.pods()).stream()
                .filter(p -> !p.has("metadata", "deletionTimestamp")
                        && !newest.equals(p.labels().get("controller-revision-hash"))
                        && Conditions.isTrue(p, "Ready").isEmpty())
                .findFirst()
                .map(p -> Diagnosis.open(new Health.Cause(
                        Health.Weight.WAITING,
                        "BlockedByOldPod",
                        p.ref(),
                        "",
                        "this pod of the former revision is not ready, and the update waits for it",
                        "Delete the pod: it comes back at the new revision")));
    }
}
