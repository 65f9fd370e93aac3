package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Set;

/**
 * The annotation that {@code kubectl rollout history} shows. It stands on the workload, never on its pod template, so
 * that another cause alone replaces no pod. Pure.
 */
final class ChangeCause {
    static final String ANNOTATION = "kubernetes.io/change-cause";

    private static final Set<String> WITH_HISTORY = Set.of("Deployment", "StatefulSet", "DaemonSet");

    private ChangeCause() {}

    /** @param cause empty text for none: one that changes by itself would make every release a change */
    static KubeObject annotate(KubeObject object, String cause) {
        return cause.isEmpty() || !WITH_HISTORY.contains(object.kind())
                ? object
                : object.with(cause, "metadata", "annotations", ANNOTATION);
    }
}
