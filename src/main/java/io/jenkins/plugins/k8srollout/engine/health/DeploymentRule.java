package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** Deployment: every replica of the newest template and available, no older one left. */
final class DeploymentRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        if (object.flag("spec", "paused")) {
            return KindRule.progressing("paused");
        }
        Optional<Health> late = deadlineExceeded(object);
        if (late.isPresent()) {
            return late.get();
        }
        Optional<Health.Cause> refused = CreationFailure.ofCondition(object);
        Health health = count(object);
        return refused.isPresent() && !health.isHealthy()
                ? new Health(health.state(), health.message(), refused)
                : health;
    }

    private static Optional<Health> deadlineExceeded(KubeObject object) {
        return Conditions.find(object, "Progressing")
                .filter(c -> Conditions.reason(c).equals("ProgressDeadlineExceeded"))
                .map(c -> KindRule.failed(
                        object,
                        "ProgressDeadlineExceeded",
                        "made no progress for " + object.numberOr(600, "spec", "progressDeadlineSeconds") + " s: "
                                + Conditions.message(c),
                        "See why its newest pods are not ready; raise spec.progressDeadlineSeconds if they only need"
                                + " longer"));
    }

    private static Health count(KubeObject object) {
        long wanted = object.numberOr(1, "spec", "replicas");
        long all = object.numberOr(0, "status", "replicas");
        long updated = object.numberOr(0, "status", "updatedReplicas");
        long ready = object.numberOr(0, "status", "readyReplicas");
        long available = object.numberOr(0, "status", "availableReplicas");
        if (updated < wanted) {
            return KindRule.progressing(KindRule.pods(updated, wanted, "updated"));
        }
        if (all > updated) {
            long old = all - updated;
            return KindRule.progressing(old + (old == 1 ? " old pod is" : " old pods are") + " still there");
        }
        if (all > wanted) {
            return KindRule.progressing((all - wanted) + " more pods than wanted");
        }
        if (available < wanted) {
            return KindRule.progressing(
                    ready > available
                            ? KindRule.pods(available, wanted, "available, " + ready + " ready")
                            : KindRule.pods(available, wanted, "available"));
        }
        return KindRule.healthy(wanted == 0 ? "scaled to 0" : KindRule.pods(available, wanted, "available"));
    }
}
