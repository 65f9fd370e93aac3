package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A pod needs containers, and a restart policy that its kind allows. */
final class ContainersRule implements Rule.OfTemplate {
    private static final Set<String> RUN_ONCE = Set.of("Job", "CronJob");
    private static final Set<String> RUN_ALWAYS =
            Set.of("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController");

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        if (isNone(template.spec().find("containers"))) {
            report.error(
                    item,
                    "containers-missing",
                    "the pod template has no containers",
                    "Add spec.containers with at least a name and an image",
                    template.at("spec"));
        }
        String policy = template.spec().text("restartPolicy").orElse("Always");
        String kind = item.object().kind();
        if (RUN_ONCE.contains(kind) && policy.equals("Always")) {
            report.error(
                    item,
                    "restart-policy",
                    "the pods of a " + kind + " cannot have restartPolicy Always, which is the default",
                    "Set restartPolicy to Never or OnFailure",
                    template.at("spec", "restartPolicy"));
        } else if (RUN_ALWAYS.contains(kind) && !policy.equals("Always")) {
            report.error(
                    item,
                    "restart-policy",
                    "the pods of a " + kind + " cannot have restartPolicy " + policy,
                    "Remove restartPolicy",
                    template.at("spec", "restartPolicy"));
        }
    }

    /** What is no list at all is another rule's finding. */
    private static boolean isNone(Optional<Object> containers) {
        return containers.isEmpty() || containers.get().equals(List.of());
    }
}
