package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/**
 * Tells the pods of a workload's newest revision from older ones. Only they count for a release: an old revision may
 * crash as it likes. Ask only once the controller has seen the current generation; before, the newest revision is
 * still the old one.
 */
final class Revision {
    private static final String NUMBER = "deployment.kubernetes.io/revision";
    private static final String HASH = "controller-revision-hash";
    // Kept up by the API server for every template change, and the daemon controller's own first comparison.
    static final String TEMPLATE = "deprecated.daemonset.template.generation";
    private static final String POD_TEMPLATE = "pod-template-generation";

    private Revision() {}

    /** The ReplicaSet of a Deployment's present template; empty while there is none. */
    static Optional<KubeObject> newestReplicaSet(WorkloadSnapshot snapshot) {
        KubeObject workload = snapshot.workload();
        List<KubeObject> own = WorkloadSnapshot.ownedBy(workload, snapshot.replicaSets());
        String number = workload.annotations().getOrDefault(NUMBER, "");
        return own.stream()
                .filter(r -> !number.isEmpty() && number.equals(r.annotations().get(NUMBER)))
                .findFirst()
                .or(() -> own.stream()
                        .filter(r -> template(r).equals(template(workload)))
                        .findFirst());
    }

    private static KubeObject template(KubeObject object) {
        return object.child("spec", "template").without("metadata", "labels", "pod-template-hash");
    }

    /** The pods of the newest revision that are not being deleted. */
    static List<KubeObject> newestPods(WorkloadSnapshot snapshot) {
        return pods(snapshot).stream()
                .filter(p -> !p.has("metadata", "deletionTimestamp"))
                .toList();
    }

    private static List<KubeObject> pods(WorkloadSnapshot snapshot) {
        KubeObject workload = snapshot.workload();
        switch (workload.kind()) {
            case "Pod":
                return List.of(workload);
            case "Deployment":
                return newestReplicaSet(snapshot)
                        .map(r -> WorkloadSnapshot.ownedBy(r, snapshot.pods()))
                        .orElse(List.of());
            case "StatefulSet":
                return labelled(
                        snapshot,
                        HASH,
                        workload.text("status", "updateRevision").orElse(""));
            case "DaemonSet":
                return labelled(snapshot, POD_TEMPLATE, workload.annotations().getOrDefault(TEMPLATE, ""));
            default:
                return WorkloadSnapshot.ownedBy(workload, snapshot.pods());
        }
    }

    private static List<KubeObject> labelled(WorkloadSnapshot snapshot, String label, String value) {
        return WorkloadSnapshot.ownedBy(snapshot.workload(), snapshot.pods()).stream()
                .filter(p -> !value.isEmpty() && value.equals(p.labels().get(label)))
                .toList();
    }

    /**
     * Whether a pod counts for its controller: it is not ending, and has not ended. A ReplicaSet leaves evicted pods where
     * they are (phase Failed) until the cluster's pod collector takes them.
     */
    static boolean isActive(KubeObject pod) {
        return !pod.has("metadata", "deletionTimestamp")
                && !pod.text("status", "phase").orElse("").matches("Failed|Succeeded");
    }

    /** How many active pods of older revisions there are. */
    static long oldPods(WorkloadSnapshot snapshot) {
        return allPods(snapshot).stream().filter(Revision::isActive).count()
                - pods(snapshot).stream().filter(Revision::isActive).count();
    }

    /** All pods of the workload, of whichever revision, those being deleted too. */
    static List<KubeObject> allPods(WorkloadSnapshot snapshot) {
        if (!snapshot.workload().kind().equals("Deployment")) {
            return WorkloadSnapshot.ownedBy(snapshot.workload(), snapshot.pods());
        }
        return WorkloadSnapshot.ownedBy(snapshot.workload(), snapshot.replicaSets()).stream()
                .flatMap(r -> WorkloadSnapshot.ownedBy(r, snapshot.pods()).stream())
                .toList();
    }
}
