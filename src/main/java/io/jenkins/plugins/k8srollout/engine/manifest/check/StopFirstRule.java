package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import java.util.Optional;
import java.util.Set;

/** A single pod that is stopped before its successor runs means downtime in every release. */
final class StopFirstRule implements Rule.OfTemplate {
    private static final Set<Object> NONE = Set.of(0L, "0%", "0");

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        boolean alone = item.is("apps", "Deployment")
                && item.object().number("spec", "replicas").orElse(1L) == 1
                && !isScaled(item, folder);
        if (alone) {
            remedy(item.object(), folder.context().strategy())
                    .ifPresent(fix -> report.warning(
                            item,
                            "stop-first",
                            "the only pod is stopped before the new one starts: nobody is served in between",
                            fix,
                            "spec",
                            "strategy"));
        }
    }

    /** What helps; empty if the pod is not stopped first. A release's own strategy takes the place of the workload's. */
    private static Optional<String> remedy(KubeObject object, Strategy strategy) {
        Optional<Strategy.Batches> batches = strategy.inBatches();
        if (batches.isPresent()) {
            return batches.filter(b -> b.order() == Strategy.Order.STOP_FIRST)
                    .map(b -> "Release with the order start-first, or use two replicas");
        }
        if (strategy instanceof Strategy.Recreate) {
            return Optional.of("Release with another strategy, unless two pods must never run together");
        }
        boolean recreate = object.text("spec", "strategy", "type")
                .filter("Recreate"::equals)
                .isPresent();
        if (recreate) {
            return Optional.of("Use strategy RollingUpdate, or two replicas, unless two pods must never run together");
        }
        return object.find("spec", "strategy", "rollingUpdate", "maxSurge")
                .filter(NONE::contains)
                .map(none -> "Set maxSurge to 1 and maxUnavailable to 0, or use two replicas");
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
