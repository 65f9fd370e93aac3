package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;

/** Job: complete. Running is on the way, not healthy: a migration that still runs has not succeeded. */
final class JobRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        long wanted = object.numberOr(object.numberOr(1, "spec", "parallelism"), "spec", "completions");
        long succeeded = object.numberOr(0, "status", "succeeded");
        if (Conditions.isTrue(object, "Complete").isPresent()) {
            return KindRule.healthy("completed " + succeeded + " of " + wanted);
        }
        Optional<KubeObject> failed = failure(object);
        if (failed.isPresent()) {
            String reason = Conditions.reason(failed.get());
            return KindRule.failed(
                    object,
                    reason.isEmpty() ? "JobFailed" : reason,
                    "the job has failed: " + Conditions.message(failed.get()),
                    "See the log of its last pod, correct the job, delete it and apply it again");
        }
        if (object.flag("spec", "suspend")) {
            return KindRule.progressing("suspended");
        }
        long active = object.numberOr(0, "status", "active");
        long attempts = object.numberOr(0, "status", "failed");
        return KindRule.progressing("completed " + succeeded + " of " + wanted + ", " + active + " running"
                + (attempts > 0 ? ", " + attempts + " failed" : ""));
    }

    // FailureTarget comes first, since 1.26, while the last pods are still ending; it never turns back.
    private static Optional<KubeObject> failure(KubeObject object) {
        return Conditions.isTrue(object, "Failed").or(() -> Conditions.isTrue(object, "FailureTarget"));
    }
}
