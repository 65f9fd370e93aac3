package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** The update strategy that replaces a pod only when somebody deletes it. */
final class OnDelete {
    private OnDelete() {}

    static boolean is(KubeObject workload) {
        return workload.text("spec", "updateStrategy", "type").orElse("").equals("OnDelete");
    }

    static Health waiting(KubeObject workload, String message) {
        Health.Cause cause = new Health.Cause(
                Health.Weight.WAITING,
                "OnDelete",
                workload.ref(),
                "",
                "the OnDelete strategy replaces a pod only after it was deleted by hand",
                "Delete the old pods, or set spec.updateStrategy.type to RollingUpdate");
        return Health.because(Health.State.PROGRESSING, message, cause);
    }
}
