package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** HorizontalPodAutoscaler: finds its target and its metrics. */
final class AutoscalerRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        Optional<KubeObject> able = Conditions.isFalse(object, "AbleToScale");
        if (able.isPresent()) {
            return KindRule.progressing("cannot scale: " + Conditions.words(able.get()));
        }
        // The target has 0 replicas: scaling is off on purpose.
        Optional<KubeObject> active = Conditions.isFalse(object, "ScalingActive")
                .filter(c -> !Conditions.reason(c).equals("ScalingDisabled"));
        if (active.isPresent()) {
            return KindRule.progressing("has no metrics: " + Conditions.words(active.get()));
        }
        // autoscaling/v1 shows no conditions, but the replicas it has counted
        if (object.children("status", "conditions").isEmpty() && !object.has("status", "currentReplicas")) {
            return KindRule.progressing("not yet seen by its controller");
        }
        return KindRule.healthy("wants " + object.numberOr(0, "status", "desiredReplicas") + " pods");
    }
}
