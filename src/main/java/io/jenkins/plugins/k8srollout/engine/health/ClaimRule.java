package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** PersistentVolumeClaim: bound to a volume that still exists. */
final class ClaimRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        String phase = object.text("status", "phase").orElse("Pending");
        if (phase.equals("Bound")) {
            return KindRule.healthy(
                    "bound to " + object.text("spec", "volumeName").orElse("a volume"));
        }
        if (phase.equals("Lost")) {
            return KindRule.failed(
                    object,
                    "VolumeLost",
                    "its volume " + object.text("spec", "volumeName").orElse("") + " no longer exists",
                    "Restore the volume, or delete the claim and make a new one");
        }
        return KindRule.progressing("not bound to a volume yet");
    }
}
