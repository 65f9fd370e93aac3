package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspensions;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspensions.Standing;
import java.util.Optional;

/**
 * Gives one suspended CronJob back what it had. Every request may be the last: the value comes first, our marks go with
 * the last request, and whoever repeats it goes on from what the CronJob shows. Blocks while the server answers.
 */
final class CronJobReturn {
    private final ClusterPort port;

    CronJobReturn(ClusterPort port) {
        this.port = port;
    }

    /** What became of a CronJob, for people. */
    record Told(Severity severity, String text) {}

    /**
     * @param release which has suspended it
     * @param kept what that release remembers; what the CronJob itself says goes first
     * @return empty if there is nothing to say, because it was never suspended
     */
    Optional<Told> giveBack(ObjectRef ref, String release, Suspension kept) {
        Optional<KubeObject> found = port.booked(ref);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Suspension suspension = Suspension.of(found.get()).orElse(kept);
        Standing standing = Suspensions.standing(found.get(), release, kept, ClusterPort.FIELD_MANAGER);
        switch (standing) {
            case UNMARKED:
                return Optional.empty();
            case TAKEN:
                return Optional.of(new Told(
                        Severity.INFO,
                        ref + " stays suspended: another release, " + suspension.release()
                                + ", has taken it over and gives it back"));
            case FOREIGN:
                unmark(ref, suspension, false);
                return Optional.of(new Told(
                        Severity.WARNING,
                        ref + " stays as it is, " + words(found.get())
                                + ": somebody else has decided about it during the release"));
            default:
                if (standing == Standing.OURS) {
                    returnValue(ref, release, suspension);
                }
                unmark(ref, suspension, true);
                return Optional.of(new Told(Severity.INFO, ref + " is as it was before the release again"));
        }
    }

    private static String words(KubeObject cronJob) {
        return cronJob.flag("spec", "suspend") ? "suspended" : "not suspended";
    }

    private void returnValue(ObjectRef ref, String release, Suspension suspension) {
        GuardedPatch.change(
                port,
                ref,
                booked -> Suspensions.standing(booked, release, suspension, ClusterPort.FIELD_MANAGER) == Standing.OURS
                        ? Optional.of(Suspensions.returned(booked, suspension))
                        : Optional.empty());
    }

    private void unmark(ObjectRef ref, Suspension suspension, boolean returned) {
        if (returned && suspension.stated()) {
            // The manifest has asked for this value: it is to be ours as if it had been applied plainly.
            boolean value = suspension.suspend().orElse(false);
            GuardedApply.change(
                    port, ref, booked -> Optional.of(port.owned(booked).with(value, "spec", "suspend")));
        }
        GuardedPatch.change(
                port,
                ref,
                booked -> Optional.of(Suspensions.unmarked(booked, suspension, returned, ClusterPort.FIELD_MANAGER)));
    }
}
