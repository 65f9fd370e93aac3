package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** DaemonSet: a pod of the newest template, available, on every node that should have one. */
final class DaemonSetRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        long wanted = object.numberOr(0, "status", "desiredNumberScheduled");
        long updated = object.numberOr(0, "status", "updatedNumberScheduled");
        long available = object.numberOr(0, "status", "numberAvailable");
        if (updated < wanted) {
            String message = KindRule.pods(updated, wanted, "updated");
            return OnDelete.is(object) ? OnDelete.waiting(object, message) : KindRule.progressing(message);
        }
        if (available < wanted) {
            return KindRule.progressing(KindRule.pods(available, wanted, "available"));
        }
        return KindRule.healthy(wanted == 0 ? "no node wants its pod" : KindRule.pods(available, wanted, "available"));
    }
}
