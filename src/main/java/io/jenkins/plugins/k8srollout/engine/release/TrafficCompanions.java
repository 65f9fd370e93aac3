package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Collection;
import java.util.Optional;

/**
 * The objects that a split needs besides workload and routes. Ours are known by a label and by an annotation that names
 * the workload; what somebody else has made under such a name is neither changed nor deleted. Blocks while the server
 * answers.
 */
final class TrafficCompanions {
    private static final String LABEL = "app.kubernetes.io/managed-by";
    private static final String US = "kubernetes-rollout";

    private final ClusterPort port;

    TrafficCompanions(ClusterPort port) {
        this.port = port;
    }

    private static boolean isOurs(KubeObject object, KubeObject workload) {
        return US.equals(object.labels().get(LABEL))
                && workload.name().equals(object.annotations().get(TrafficShare.ANNOTATION));
    }

    /** @throws ReleaseException (refused input) if there is one of this name that is not ours */
    void requireFree(KubeObject workload, ObjectRef ref) {
        if (port.get(ref).filter(o -> !isOurs(o, workload)).isPresent()) {
            throw inTheWay(Problem.Kind.REFUSED_INPUT, workload, ref);
        }
    }

    private static ReleaseException inTheWay(Problem.Kind kind, KubeObject workload, ObjectRef ref) {
        return new ReleaseException(new Problem(
                kind,
                "split the requests",
                workload.ref().toString(),
                ref + " exists and is somebody else's, while the split needs that name. It was not changed",
                "Rename it, or leave traffic out"));
    }

    /**
     * Sees to it that one is there, as given.
     *
     * @return whether it was not, or not like that
     * @throws ReleaseException (conflict) if somebody has made one of that name meanwhile
     */
    boolean provide(KubeObject workload, KubeObject wanted) {
        KubeObject marked = wanted.with(US, "metadata", "labels", LABEL)
                .with(workload.name(), "metadata", "annotations", TrafficShare.ANNOTATION);
        Optional<KubeObject> live = port.get(wanted.ref());
        if (live.isEmpty()) {
            try {
                port.create(marked);
                return true;
            } catch (ReleaseException e) {
                live = port.get(wanted.ref()); // the answer to a first attempt may have been lost
                if (e.problem().kind() != Problem.Kind.CONFLICT || live.isEmpty()) {
                    throw e;
                }
            }
        }
        if (!isOurs(live.get(), workload)) {
            throw inTheWay(Problem.Kind.CONFLICT, workload, wanted.ref());
        }
        return port.apply(marked, new ApplyOptions(false, true)).changed();
    }

    /**
     * Deletes a workload's companions of one kind.
     *
     * @param but those that are still needed
     */
    void delete(KubeObject workload, String version, String kind, Collection<ObjectRef> but) {
        Selection all = Selection.of(version, kind, workload.namespace()).labelled(LABEL + "=" + US);
        port.list(all).stream()
                .filter(o -> isOurs(o, workload) && !but.contains(o.ref()))
                .forEach(o -> port.delete(o.ref(), o.uid()));
    }
}
