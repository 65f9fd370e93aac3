package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Set;

/** A single pod that is stopped before its successor runs means downtime in every release. */
final class StopFirstRule implements Rule.OfTemplate {
    private static final Set<Object> NONE = Set.of(0L, "0%", "0");

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        KubeObject object = item.object();
        if (!item.is("apps", "Deployment")
                || object.number("spec", "replicas").orElse(1L) != 1
                || isScaled(item, folder)) {
            return;
        }
        boolean recreate = object.text("spec", "strategy", "type")
                .filter("Recreate"::equals)
                .isPresent();
        boolean noSurge = object.find("spec", "strategy", "rollingUpdate", "maxSurge")
                .filter(NONE::contains)
                .isPresent();
        if (recreate || noSurge) {
            report.warning(
                    item,
                    "stop-first",
                    "the only pod is stopped before the new one starts: nobody is served in between",
                    recreate
                            ? "Use strategy RollingUpdate, or two replicas, unless two pods must never run together"
                            : "Set maxSurge to 1 and maxUnavailable to 0, or use two replicas",
                    "spec",
                    "strategy");
        }
    }

    private static boolean isScaled(Item item, Folder folder) {
        return folder.items().stream()
                .filter(i -> i.is("autoscaling", "HorizontalPodAutoscaler")
                        && i.namespace().equals(item.namespace()))
                .map(Item::object)
                .anyMatch(hpa -> hpa.text("spec", "scaleTargetRef", "name")
                                .filter(item.name()::equals)
                                .isPresent()
                        && hpa.number("spec", "minReplicas").orElse(1L) > 1);
    }
}
