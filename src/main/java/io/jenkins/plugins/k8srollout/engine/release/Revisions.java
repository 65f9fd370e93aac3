package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The revisions that Kubernetes keeps of workloads: ReplicaSets of a Deployment, ControllerRevisions of a StatefulSet or
 * DaemonSet. The same objects that {@code kubectl rollout undo} reads.
 */
final class Revisions {
    static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");
    private static final String NUMBER = "deployment.kubernetes.io/revision";
    private static final String REPLICA_SET = "ReplicaSet";
    private static final String CONTROLLER_REVISION = "ControllerRevision";

    private Revisions() {}

    /**
     * The revision to return to if the next one fails: the newest that serves, for the one in place may itself be a
     * release that failed; the one in place where none serves.
     */
    static Optional<Revision> serving(ClusterPort port, KubeObject workload) {
        return workload.kind().equals("Deployment") ? ofDeployment(port, workload) : ofOther(port, workload);
    }

    private static Optional<Revision> ofDeployment(ClusterPort port, KubeObject deployment) {
        List<KubeObject> newestFirst = kept(port, deployment, REPLICA_SET).stream()
                .sorted(Comparator.comparingLong(Revisions::number).reversed())
                .toList();
        return newestFirst.stream()
                .filter(r -> r.numberOr(0, "status", "readyReplicas") > 0)
                .findFirst()
                .or(() -> newestFirst.stream().findFirst())
                .map(r -> new Revision(REPLICA_SET, r.name(), r.annotations().getOrDefault(NUMBER, "")));
    }

    private static Optional<Revision> ofOther(ClusterPort port, KubeObject workload) {
        // Until an update is through, a StatefulSet's current revision is the one that most pods still run.
        String current = workload.text("status", "currentRevision").orElse("");
        return kept(port, workload, CONTROLLER_REVISION).stream()
                .max(Comparator.<KubeObject>comparingInt(r -> r.name().equals(current) ? 1 : 0)
                        .thenComparingLong(Revisions::number))
                .map(r -> new Revision(CONTROLLER_REVISION, r.name(), String.valueOf(number(r))));
    }

    private static long number(KubeObject revision) {
        if (revision.kind().equals(CONTROLLER_REVISION)) {
            return revision.numberOr(0, "revision");
        }
        String text = revision.annotations().getOrDefault(NUMBER, "");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static List<KubeObject> kept(ClusterPort port, KubeObject workload, String kind) {
        Map<String, String> labels = workload.strings("spec", "selector", "matchLabels");
        String selector = labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
        return port.list(Selection.of("apps/v1", kind, workload.namespace()).labelled(selector)).stream()
                .filter(r -> r.children("metadata", "ownerReferences").stream()
                        .anyMatch(o -> o.text("uid").orElse("").equals(workload.uid())))
                .toList();
    }

    /** The object that keeps a revision; empty if it is gone. */
    static Optional<KubeObject> find(ClusterPort port, ObjectRef workload, Revision revision) {
        return port.get(new ObjectRef("apps/v1", revision.kind(), workload.namespace(), revision.name()));
    }

    /** The pod template that a revision keeps, as the workload had it. */
    static KubeObject template(KubeObject revision) {
        return revision.kind().equals(CONTROLLER_REVISION)
                ? revision.child("data", "spec", "template").without("$patch")
                : revision.child("spec", "template").without("metadata", "labels", "pod-template-hash");
    }
}
