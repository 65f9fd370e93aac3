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
import java.util.stream.Stream;

/**
 * The revisions that Kubernetes keeps of workloads: ReplicaSets of a Deployment, ControllerRevisions of a StatefulSet or
 * DaemonSet. The same objects that {@code kubectl rollout undo} reads.
 */
final class Revisions {
    static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");
    /** The annotation by which a Deployment and its ReplicaSets number their revisions. */
    static final String NUMBER = "deployment.kubernetes.io/revision";

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

    /**
     * The same of a Deployment all of whose pods are ready and of its newest revision, which needs no question: it is
     * known by its number alone. Empty for any other workload.
     */
    static Optional<Revision> inPlace(KubeObject workload) {
        long replicas = workload.numberOr(0, "spec", "replicas");
        String number = workload.annotations().getOrDefault(NUMBER, "");
        boolean whole = workload.kind().equals("Deployment")
                && replicas > 0
                && !number.isEmpty()
                && !workload.flag("spec", "paused")
                && workload.numberOr(0, "status", "observedGeneration")
                        >= workload.numberOr(1, "metadata", "generation")
                && Stream.of("replicas", "updatedReplicas", "readyReplicas")
                        .allMatch(count -> workload.numberOr(0, "status", count) == replicas);
        return whole ? Optional.of(new Revision(REPLICA_SET, "", number)) : Optional.empty();
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

    /** The ReplicaSet of a Deployment's newest template, as far as its controller has got. */
    static Optional<KubeObject> newest(ClusterPort port, KubeObject deployment) {
        return replicaSets(port, deployment).stream().max(Comparator.comparingLong(Revisions::number));
    }

    /** All ReplicaSets of a Deployment. */
    static List<KubeObject> replicaSets(ClusterPort port, KubeObject deployment) {
        return kept(port, deployment, REPLICA_SET);
    }

    private static Optional<Revision> ofOther(ClusterPort port, KubeObject workload) {
        List<KubeObject> newestFirst = kept(port, workload, CONTROLLER_REVISION).stream()
                .sorted(Comparator.comparingLong(Revisions::number).reversed())
                .toList();
        String chosen = workload.kind().equals("StatefulSet")
                ? ofStatefulSet(port, workload, newestFirst)
                : ofDaemonSet(port, workload, newestFirst);
        return newestFirst.stream()
                .filter(r -> r.name().equals(chosen))
                .findFirst()
                .or(() -> newestFirst.stream().findFirst())
                .map(r -> new Revision(CONTROLLER_REVISION, r.name(), String.valueOf(number(r))));
    }

    /**
     * Until an update is through, a StatefulSet's current revision is the one that most pods still run. With the strategy
     * OnDelete, and with a partition, the controller never calls an update through (kubernetes/kubernetes:
     * pkg/controller/statefulset/stateful_set_utils.go, completeRollingUpdate), so that the pods have to tell.
     */
    private static String ofStatefulSet(ClusterPort port, KubeObject workload, List<KubeObject> newestFirst) {
        String current = workload.text("status", "currentRevision").orElse("");
        String update = workload.text("status", "updateRevision").orElse(current);
        boolean onDelete = isOnDelete(workload);
        boolean parted = workload.numberOr(0, "spec", "updateStrategy", "rollingUpdate", "partition") > 0;
        if (update.equals(current) || !onDelete && !parted) {
            return current;
        }
        List<KubeObject> pods = podsOf(port, workload);
        boolean tried = pods.stream().anyMatch(p -> of(p).equals(update));
        if (onDelete && !tried) {
            return update; // nobody has deleted a pod yet: what is asked for is all there is to return to
        }
        Set<String> serving =
                pods.stream().filter(Revisions::isReady).map(Revisions::of).collect(Collectors.toSet());
        return newestFirst.stream()
                .map(KubeObject::name)
                .filter(serving::contains)
                .findFirst()
                .orElse(onDelete ? update : current);
    }

    // Its pods bear the revision's hash, not its name.
    private static String ofDaemonSet(ClusterPort port, KubeObject workload, List<KubeObject> newestFirst) {
        if (newestFirst.size() < 2) {
            return "";
        }
        List<KubeObject> pods = podsOf(port, workload);
        boolean tried = pods.stream().anyMatch(p -> of(p).equals(of(newestFirst.get(0))));
        if (isOnDelete(workload) && !tried) {
            return ""; // nobody has deleted a pod yet: what is asked for is all there is to return to
        }
        Set<String> serving =
                pods.stream().filter(Revisions::isReady).map(Revisions::of).collect(Collectors.toSet());
        return newestFirst.stream()
                .filter(r -> !of(r).isEmpty() && serving.contains(of(r)))
                .map(KubeObject::name)
                .findFirst()
                .orElse("");
    }

    private static boolean isOnDelete(KubeObject workload) {
        return workload.text("spec", "updateStrategy", "type").orElse("").equals("OnDelete");
    }

    private static List<KubeObject> podsOf(ClusterPort port, KubeObject workload) {
        return port.list(Selection.of("v1", "Pod", workload.namespace())).stream()
                .filter(p -> isOwned(p, workload))
                .toList();
    }

    /**
     * The ControllerRevision that a pod was made from: its name for a StatefulSet's pod, its hash for a DaemonSet's; empty
     * text if it has none.
     */
    static String of(KubeObject pod) {
        return pod.labels().getOrDefault("controller-revision-hash", "");
    }

    static boolean isReady(KubeObject pod) {
        return pod.children("status", "conditions").stream()
                .anyMatch(c -> c.text("type").orElse("").equals("Ready")
                        && c.text("status").orElse("").equals("True"));
    }

    static boolean isOwned(KubeObject object, KubeObject owner) {
        return object.children("metadata", "ownerReferences").stream()
                .anyMatch(o -> o.text("uid").orElse("").equals(owner.uid()));
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
                .filter(r -> isOwned(r, workload))
                .toList();
    }

    /** The object that keeps a revision; empty if it is gone. */
    static Optional<KubeObject> find(ClusterPort port, ObjectRef workload, Revision revision) {
        if (revision.name().isEmpty()) {
            return port.get(workload).stream()
                    .flatMap(w -> replicaSets(port, w).stream())
                    .filter(r -> isNumbered(r, revision.number()))
                    .findFirst();
        }
        return port.get(new ObjectRef("apps/v1", revision.kind(), workload.namespace(), revision.name()));
    }

    // One that was returned to has a new number, and remembers those it had.
    private static boolean isNumbered(KubeObject replicaSet, String number) {
        String earlier = replicaSet.annotations().getOrDefault(NUMBER + "-history", "");
        return number.equals(replicaSet.annotations().get(NUMBER))
                || List.of(earlier.split(",")).contains(number);
    }

    /** The pod template that a revision keeps, as the workload had it. */
    static KubeObject template(KubeObject revision) {
        return revision.kind().equals(CONTROLLER_REVISION)
                ? revision.child("data", "spec", "template").without("$patch")
                : revision.child("spec", "template").without("metadata", "labels", "pod-template-hash");
    }
}
