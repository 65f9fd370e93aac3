package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterErrors.Conflict;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Set;

/**
 * What kubectl has booked as its own on an object, and who follows it as the owner. An object that was made with {@code
 * kubectl apply} belongs to it field by field, and every change would be a conflict; {@code kubectl apply --server-side}
 * therefore moves the ownership to itself (client-go: util/csaupgrade), and so do we. Pure.
 *
 * <p>Unlike there, fields that only kubectl has set, and our manifest leaves out, are not removed: among them are
 * defaults that the server filled in, some of which cannot be changed any more, as a claim's {@code storageClassName}.
 */
final class KubectlFields {
    /** Who writes whole manifests, or takes a release back: the next release is meant to follow them. */
    private static final Set<String> MANIFESTS = Set.of("kubectl-client-side-apply", "kubectl-rollout");
    /** Changes by hand: replaced by the first release, as kubectl apply would have done; conflicts later. */
    private static final Set<String> BY_HAND = Set.of(
            "kubectl",
            "kubectl-create",
            "kubectl-replace",
            "kubectl-edit",
            "kubectl-set",
            "kubectl-patch",
            "kubectl-annotate",
            "kubectl-label");
    /** Whom the server takes for the owner of what was there before ownership was booked, that is before 1.18. */
    private static final String UNKNOWN = "before-first-apply";

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final boolean first;
    private final boolean applied;

    /** @param live the object before the apply, with its {@code managedFields} */
    KubectlFields(KubeObject live) {
        this.first = live.children("metadata", "managedFields").stream()
                .noneMatch(e -> e.text("manager").orElse("").equals(ClusterPort.FIELD_MANAGER)
                        && e.text("operation").orElse("").equals("Apply"));
        this.applied = live.annotations().containsKey(LAST_APPLIED);
    }

    /** Whether the field may change its owner without anybody being asked. */
    boolean isOurs(Conflict conflict) {
        return conflict.updated()
                && (conflict.manager().equals(ClusterPort.FIELD_MANAGER) || isKubectl(conflict.manager()));
    }

    private boolean isKubectl(String manager) {
        return MANIFESTS.contains(manager) || first && BY_HAND.contains(manager) || applied && manager.equals(UNKNOWN);
    }

    /**
     * The bookings that stay. Kubectl's must not: as a second owner of what we apply it would keep each field in the
     * cluster that a later manifest leaves out.
     *
     * @param after the object as the apply has left it
     */
    List<KubeObject> remaining(KubeObject after) {
        return after.children("metadata", "managedFields").stream()
                .filter(e -> !e.text("operation").orElse("").equals("Update")
                        || !e.text("subresource").orElse("").isEmpty()
                        || !isKubectl(e.text("manager").orElse("")))
                .toList();
    }
}
