package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.List;

/** Autoscalers and disruption budgets beside workloads are meant for them; they may be in the cluster, so this only warns. */
final class TargetRule implements Rule.OfItem {

    @Override
    public void check(Item item, Folder folder, Report report) {
        List<Folder.Serving> serving = folder.serving(item.namespace());
        if (serving.isEmpty()) {
            return;
        }
        KubeObject object = item.object();
        if (item.is("autoscaling", "HorizontalPodAutoscaler")) {
            KubeObject target = object.child("spec", "scaleTargetRef");
            String name = target.text("name").orElse("");
            boolean found = folder.find(ObjectRef.groupOf(target.apiVersion()), target.kind(), item.namespace(), name)
                    .isPresent();
            if (!found) {
                report.warning(
                        item,
                        "scale-target-missing",
                        "the workload to scale, " + target.kind() + " '" + name + "', is not in this folder",
                        "Correct kind and name, unless the workload is made elsewhere",
                        "spec",
                        "scaleTargetRef");
            }
        } else if (item.is("policy", "PodDisruptionBudget") && object.has("spec", "selector")) {
            boolean some = serving.stream()
                    .anyMatch(workload -> Selectors.matches(object.child("spec", "selector"), workload.labels()));
            if (!some) {
                report.warning(
                        item,
                        "budget-selects-nothing",
                        "no pods of this folder have the labels it selects",
                        "Select labels of the pod template it is for",
                        "spec",
                        "selector");
            }
        }
    }
}
