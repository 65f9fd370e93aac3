package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;

/**
 * What {@code kubectl get -o yaml} shows besides what somebody once wrote. Applying it is refused (managedFields) or
 * taken for a condition (resourceVersion, uid).
 */
final class ServerFields {
    private static final List<String> METADATA = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields");
    private static final List<String> ANNOTATIONS =
            List.of("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision");

    private ServerFields() {}

    static KubeObject without(KubeObject object) {
        KubeObject result = object.without("status");
        for (String field : METADATA) {
            result = result.without("metadata", field);
        }
        for (String annotation : ANNOTATIONS) {
            result = result.without("metadata", "annotations", annotation);
        }
        return result;
    }
}
