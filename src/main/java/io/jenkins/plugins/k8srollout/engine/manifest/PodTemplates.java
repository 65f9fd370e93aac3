package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Knows where each kind keeps its pod template. */
public final class PodTemplates {
    private static final List<Object> USUAL = List.of("spec", "template");
    private static final Set<String> BUILT_IN_GROUPS = Set.of("", "apps", "extensions", "batch");
    private static final Map<String, List<Object>> PATHS = Map.of(
            "Deployment", USUAL,
            "ReplicaSet", USUAL,
            "StatefulSet", USUAL,
            "DaemonSet", USUAL,
            "ReplicationController", USUAL,
            "Job", USUAL,
            "CronJob", List.of("spec", "jobTemplate", "spec", "template"),
            "PodTemplate", List.of("template"),
            "Pod", List.of());

    private PodTemplates() {}

    /**
     * The object's pod template; empty if its kind has none.
     *
     * <p>Of custom resources, those count that keep containers where Deployments do, such as OpenKruise's CloneSet and
     * Argo's Rollout.
     */
    public static Optional<PodTemplate> of(KubeObject object) {
        if (BUILT_IN_GROUPS.contains(ObjectRef.groupOf(object.apiVersion()))) {
            return Optional.ofNullable(PATHS.get(object.kind())).map(path -> new PodTemplate(object, path));
        }
        boolean likeADeployment =
                !object.children("spec", "template", "spec", "containers").isEmpty();
        return likeADeployment ? Optional.of(new PodTemplate(object, USUAL)) : Optional.empty();
    }
}
