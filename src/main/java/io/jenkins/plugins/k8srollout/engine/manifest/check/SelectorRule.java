package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;
import java.util.Set;

/** A workload must select the pods that its own template makes. */
final class SelectorRule implements Rule.OfTemplate {
    private static final Set<String> KINDS = Set.of("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet");

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        KubeObject object = item.object();
        Optional<String> mismatch;
        if (item.isCore("ReplicationController")) {
            mismatch = Selectors.mismatch(object.strings("spec", "selector"), template.labels());
        } else if (object.ref().group().equals("apps") && KINDS.contains(object.kind())) {
            if (object.child("spec", "selector").isEmpty()) {
                report.error(
                        item,
                        "selector-missing",
                        "spec.selector is missing",
                        "Add spec.selector.matchLabels with labels of the template",
                        "spec");
                return;
            }
            mismatch = Selectors.mismatch(object.child("spec", "selector"), template.labels());
        } else {
            return;
        }
        mismatch.ifPresent(label -> report.error(
                item,
                "selector-mismatch",
                "the selector wants " + label + ", which the template's labels do not have",
                "Add the label to spec.template.metadata.labels; the selector of an existing object cannot be changed",
                "spec",
                "selector"));
    }
}
