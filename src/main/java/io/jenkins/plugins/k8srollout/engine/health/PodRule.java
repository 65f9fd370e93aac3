package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Locale;
import java.util.Optional;

/** Pod: running and ready, or completed. */
final class PodRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        String phase = object.text("status", "phase").orElse("");
        switch (phase) {
            case "Succeeded":
                return KindRule.healthy("completed");
            case "Failed":
                return KindRule.failed(
                        object,
                        object.text("status", "reason").orElse("PodFailed"),
                        object.text("status", "message").orElse("the pod has failed"),
                        "See its log and events");
            case "Running":
                return running(object);
            default:
                return KindRule.progressing(
                        phase.isEmpty() ? "not yet seen by a node" : phase.toLowerCase(Locale.ROOT));
        }
    }

    private static Health running(KubeObject object) {
        if (Conditions.isTrue(object, "Ready").isPresent()) {
            return KindRule.healthy("ready");
        }
        Optional<KubeObject> condition = Conditions.find(object, "Ready");
        return KindRule.progressing("running, not ready"
                + condition.map(c -> ": " + Conditions.message(c)).orElse(""));
    }
}
