package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the newest revision's pods can be created at all.
 *
 * <p>A quota is decisive at once only when nothing of the workload itself is about to free it: no pod is ending, and
 * the strategy may not take another old one down. Else it has {@link HealthPolicy#creation}, as everything has that
 * can pass by itself; where pods end, counted from when their controller must have noticed.
 */
final class CreationCheck {
    private static final double PERCENT = 100.0;
    // client-go's DefaultControllerRateLimiter
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(1000);

    private CreationCheck() {}

    static Optional<Diagnosis> check(WorkloadSnapshot snapshot, HealthPolicy policy) {
        KubeObject workload = snapshot.workload();
        return switch (workload.kind()) {
            case "Deployment" -> Revision.newestReplicaSet(snapshot).flatMap(r -> ofCondition(snapshot, policy, r));
            case "ReplicaSet" -> ofCondition(snapshot, policy, workload);
            case "StatefulSet", "DaemonSet", "Job" -> ofEvents(snapshot, policy);
            default -> Optional.empty();
        };
    }

    private static Optional<Diagnosis> ofCondition(
            WorkloadSnapshot snapshot, HealthPolicy policy, KubeObject replicaSet) {
        return Conditions.isTrue(replicaSet, "ReplicaFailure")
                .filter(c -> Conditions.reason(c).equals("FailedCreate"))
                .map(c -> judge(
                        snapshot,
                        policy,
                        Conditions.message(c),
                        EventView.time(c, "lastTransitionTime").orElse(snapshot.now())));
    }

    // These kinds have no condition for it. An event of before may tell of an earlier revision; the controller tries
    // again and again, and so tells anew if it is of this one.
    private static Optional<Diagnosis> ofEvents(WorkloadSnapshot snapshot, HealthPolicy policy) {
        List<EventView> events = snapshot.eventsOf(snapshot.workload()).stream()
                .map(EventView::new)
                .sorted(EventView.NEWEST_FIRST)
                .toList();
        Instant created =
                newest(events, "SuccessfulCreate").map(EventView::last).orElse(Instant.EPOCH);
        return newest(events, "FailedCreate")
                .filter(e -> e.last().isAfter(created) && lacksPods(snapshot.workload()))
                .map(e -> snapshot.earlierEvents().contains(e.event())
                        ? earlier(snapshot, e)
                        : judge(snapshot, policy, e.message(), e.first()));
    }

    private static Diagnosis earlier(WorkloadSnapshot snapshot, EventView event) {
        Health.Cause cause = CreationFailure.of(event.message()).cause(snapshot.workload(), event.message());
        return Diagnosis.open(new Health.Cause(
                Health.Weight.WAITING,
                cause.code(),
                cause.object(),
                cause.container(),
                cause.detail(),
                cause.remedy()));
    }

    private static Optional<EventView> newest(List<EventView> events, String reason) {
        return events.stream().filter(e -> e.reason().equals(reason)).findFirst();
    }

    private static boolean lacksPods(KubeObject workload) {
        return switch (workload.kind()) {
            case "StatefulSet" -> workload.numberOr(0, "status", "replicas") < workload.numberOr(1, "spec", "replicas");
            case "DaemonSet" ->
                workload.numberOr(0, "status", "currentNumberScheduled")
                        < workload.numberOr(0, "status", "desiredNumberScheduled");
            default -> workload.numberOr(0, "status", "active") == 0;
        };
    }

    private static Diagnosis judge(WorkloadSnapshot snapshot, HealthPolicy policy, String message, Instant since) {
        CreationFailure failure = CreationFailure.of(message);
        Health.Cause cause = failure.cause(snapshot.workload(), message);
        Optional<Instant> freed = failure == CreationFailure.QUOTA ? EndingPods.allGone(snapshot) : Optional.empty();
        if (freed.isPresent() && freed.get().isAfter(since)) {
            return Diagnosis.from(retried(since, freed.get()).plus(policy.creation()), snapshot.now(), cause);
        }
        boolean mayPass = !failure.isCertain() || failure == CreationFailure.QUOTA && freesRoom(snapshot);
        return mayPass ? Diagnosis.from(since.plus(policy.creation()), snapshot.now(), cause) : Diagnosis.now(cause);
    }

    // Nobody tells a controller that a quota has room again, and each of its attempts comes after twice the time.
    private static Instant retried(Instant since, Instant freed) {
        Duration tried = Duration.between(since, freed);
        return freed.plus(tried.compareTo(LONGEST_BACK_OFF) < 0 ? tried : LONGEST_BACK_OFF);
    }

    private static boolean freesRoom(WorkloadSnapshot snapshot) {
        if (!EndingPods.of(snapshot).isEmpty()) {
            return true;
        }
        KubeObject workload = snapshot.workload();
        boolean oldLeft = Revision.oldPods(snapshot) > 0;
        if (!workload.kind().equals("Deployment") || !oldLeft) {
            return oldLeft;
        }
        long wanted = workload.numberOr(1, "spec", "replicas");
        long available = workload.numberOr(0, "status", "availableReplicas");
        return available > wanted - maxUnavailable(workload, wanted);
    }

    // As the deployment controller resolves it: percentages are rounded down.
    private static long maxUnavailable(KubeObject workload, long wanted) {
        Object[] path = {"spec", "strategy", "rollingUpdate", "maxUnavailable"};
        Optional<Long> number = workload.number(path);
        if (number.isPresent()) {
            return number.get();
        }
        String text = workload.text(path).orElse("25%").replace("%", "");
        return text.matches("[0-9]{1,3}") ? (long) Math.floor(wanted * Integer.parseInt(text) / PERCENT) : 0;
    }
}
