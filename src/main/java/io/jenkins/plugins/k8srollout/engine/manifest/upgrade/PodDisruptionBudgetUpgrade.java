package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** Disruption budgets: the same fields, but an empty selector means none in the beta and all in v1. */
final class PodDisruptionBudgetUpgrade implements KindUpgrade {
    private static final String V1 = "policy/v1";

    @Override
    public List<String> kinds() {
        return List.of("PodDisruptionBudget");
    }

    @Override
    public List<String> versions() {
        return List.of(V1, "policy/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        boolean emptySelector = object.has("spec", "selector")
                && object.child("spec", "selector").isEmpty();
        if (to.equals(V1)) {
            if (!emptySelector) {
                return Optional.of(object);
            }
            notes.add(
                    "spec.selector was empty, which matched no pods; it was left out, which still does. In policy/v1 an"
                            + " empty selector matches every pod of the namespace");
            return Optional.of(object.without("spec", "selector"));
        }
        if (emptySelector) {
            return notes.impossible("an empty spec.selector matches every pod in policy/v1 and none in policy/v1beta1");
        }
        if (object.has("spec", "unhealthyPodEvictionPolicy")) {
            notes.add("spec.unhealthyPodEvictionPolicy is not known to this cluster and was removed");
        }
        return Optional.of(object.without("spec", "unhealthyPodEvictionPolicy"));
    }
}
