package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** ReplicaSet: as many available pods as wanted. */
final class ReplicaSetRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        long wanted = object.numberOr(1, "spec", "replicas");
        long all = object.numberOr(0, "status", "replicas");
        long available = object.numberOr(0, "status", "availableReplicas");
        if (all > wanted) {
            return KindRule.progressing((all - wanted) + " more pods than wanted");
        }
        if (available < wanted) {
            Optional<Health.Cause> refused = CreationFailure.ofCondition(object);
            return new Health(Health.State.PROGRESSING, KindRule.pods(available, wanted, "available"), refused);
        }
        return KindRule.healthy(wanted == 0 ? "scaled to 0" : KindRule.pods(available, wanted, "available"));
    }
}
