package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/**
 * StatefulSet: every pod from the partition on of the newest revision, all ready. The controller sets no conditions.
 */
final class StatefulSetRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        long wanted = object.numberOr(1, "spec", "replicas");
        long all = object.numberOr(0, "status", "replicas");
        long ready = object.numberOr(0, "status", "readyReplicas");
        long updated = object.numberOr(0, "status", "updatedReplicas");
        // Since 1.22; before, minReadySeconds did not exist for this kind.
        long available = object.numberOr(ready, "status", "availableReplicas");
        boolean oneRevision = object.text("status", "currentRevision").equals(object.text("status", "updateRevision"));
        long mustBeNew =
                Math.max(0, wanted - object.numberOr(0, "spec", "updateStrategy", "rollingUpdate", "partition"));
        if (all > wanted) {
            return KindRule.progressing((all - wanted) + " more pods than wanted");
        }
        // Also when both revisions are the same: after a change and back, pods of the one between are left.
        if (updated < mustBeNew) {
            return outdated(object, updated, mustBeNew);
        }
        if (ready < wanted) {
            return KindRule.progressing(KindRule.pods(ready, wanted, "ready"));
        }
        if (available < wanted) {
            return KindRule.progressing(KindRule.pods(available, wanted, "available, " + ready + " ready"));
        }
        if (!oneRevision && mustBeNew == wanted && !onDelete(object)) {
            return KindRule.progressing("the controller has not yet closed the update");
        }
        return KindRule.healthy(done(wanted, mustBeNew, ready));
    }

    private static String done(long wanted, long mustBeNew, long ready) {
        if (wanted == 0) {
            return "scaled to 0";
        }
        return KindRule.pods(ready, wanted, "ready")
                + (mustBeNew < wanted ? ", the partition keeps " + (wanted - mustBeNew) + " at the old revision" : "");
    }

    private static Health outdated(KubeObject object, long updated, long mustBeNew) {
        String message = KindRule.pods(updated, mustBeNew, "updated");
        return onDelete(object) ? OnDelete.waiting(object, message) : KindRule.progressing(message);
    }

    private static boolean onDelete(KubeObject object) {
        return OnDelete.is(object);
    }
}
