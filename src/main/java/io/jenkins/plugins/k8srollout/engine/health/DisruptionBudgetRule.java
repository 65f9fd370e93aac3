package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** PodDisruptionBudget: counted by its controller. How many disruptions it allows says nothing of a release. */
final class DisruptionBudgetRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        return object.has("status", "observedGeneration")
                ? KindRule.healthy(object.numberOr(0, "status", "disruptionsAllowed") + " disruptions allowed")
                : KindRule.progressing("not yet seen by its controller");
    }
}
