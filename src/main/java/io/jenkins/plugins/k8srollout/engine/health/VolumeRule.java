package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Locale;

/** PersistentVolume: to be had or in use. */
final class VolumeRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        String phase = object.text("status", "phase").orElse("Pending");
        return switch (phase) {
            case "Available", "Bound" -> KindRule.healthy(phase.toLowerCase(Locale.ROOT));
            case "Failed" ->
                KindRule.failed(
                        object,
                        "VolumeFailed",
                        object.text("status", "message").orElse("the volume could not be reclaimed"),
                        "Clean the volume up by hand");
            default -> KindRule.progressing(phase.toLowerCase(Locale.ROOT));
        };
    }
}
