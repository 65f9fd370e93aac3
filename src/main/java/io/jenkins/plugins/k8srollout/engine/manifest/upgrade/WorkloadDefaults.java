package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;

/** What the beta versions of all workload kinds filled in by themselves and {@code apps/v1} wants written out. */
final class WorkloadDefaults {
    private WorkloadDefaults() {}

    static KubeObject writeOut(KubeObject object, ApiUpgrade.Notes notes) {
        Map<String, String> labels = object.strings("spec", "template", "metadata", "labels");
        KubeObject result = object;
        if (!labels.isEmpty() && !object.has("spec", "selector")) {
            result = result.with(labels, "spec", "selector", "matchLabels");
            notes.add(
                    "spec.selector is now required; it was filled in from the template's labels, as the old version did");
        }
        if (!labels.isEmpty() && object.labels().isEmpty()) {
            result = result.with(labels, "metadata", "labels");
        }
        return result;
    }

    static KubeObject keepOnDelete(KubeObject object, ApiUpgrade.Notes notes) {
        if (object.has("spec", "updateStrategy", "type")) {
            return object;
        }
        notes.add(
                "spec.updateStrategy was OnDelete by default and stays so: pods are replaced only when somebody deletes"
                        + " them. Set it to RollingUpdate to have a release replace them");
        return object.with("OnDelete", "spec", "updateStrategy", "type");
    }

    static KubeObject drop(KubeObject object, ApiUpgrade.Notes notes, String field) {
        if (object.has("spec", field)) {
            notes.add("spec." + field + " does not exist any more and was removed");
        }
        return object.without("spec", field);
    }
}
