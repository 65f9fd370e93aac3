package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Adds to a pod that finds no node what its surroundings tell: that pods of the same workload are about to make room, or
 * that a node is being made for another pod. cluster-autoscaler says nothing of a pod that will fit on a node which it
 * makes already (kubernetes/autoscaler: core/static_autoscaler.go filters such pods out before it looks for a node).
 */
final class ComingRoom {
    private ComingRoom() {}

    static Diagnosis explain(WorkloadSnapshot snapshot, KubeObject pod, HealthPolicy policy, Diagnosis diagnosis) {
        if (!diagnosis.cause().code().equals(SchedulingCheck.UNSCHEDULABLE)) {
            return diagnosis;
        }
        return announced(snapshot, pod)
                .filter(e -> snapshot.now().isBefore(e.last().plus(policy.scaleUp())))
                .map(e -> waiting(diagnosis, e, policy))
                .orElseGet(() -> afterTheirEnd(snapshot, policy, diagnosis));
    }

    // A pod that was looked at and refused does not fit there either.
    private static Optional<EventView> announced(WorkloadSnapshot snapshot, KubeObject pod) {
        boolean refused = snapshot.eventsOf(pod).stream()
                .anyMatch(e -> new EventView(e).reason().equals(SchedulingCheck.REFUSED));
        return refused
                ? Optional.empty()
                : snapshot.events().stream()
                        .map(EventView::new)
                        .filter(e -> e.reason().equals(SchedulingCheck.TRIGGERED))
                        .min(EventView.NEWEST_FIRST);
    }

    private static Diagnosis waiting(Diagnosis diagnosis, EventView announced, HealthPolicy policy) {
        String other = announced.event().text("involvedObject", "name").orElse("another pod");
        String detail =
                diagnosis.cause().detail() + "; a node is being added for " + other + ": " + announced.message();
        return new Diagnosis(
                cause(diagnosis.cause(), Health.Weight.WAITING, SchedulingCheck.WAITING, detail),
                false,
                Optional.of(announced.last().plus(policy.scaleUp())));
    }

    // The scheduler needs a moment to notice that they are gone.
    private static Diagnosis afterTheirEnd(WorkloadSnapshot snapshot, HealthPolicy policy, Diagnosis diagnosis) {
        Optional<Instant> limit = EndingPods.allGone(snapshot)
                .map(t -> t.plus(policy.scheduling()))
                .filter(snapshot.now()::isBefore);
        if (limit.isEmpty()) {
            return diagnosis;
        }
        int ending = EndingPods.of(snapshot).size();
        Health.Cause before = diagnosis.cause();
        String detail = ending == 0
                ? before.detail()
                : before.detail() + "; " + ending + (ending == 1 ? " pod" : " pods") + " of the same workload "
                        + (ending == 1 ? "is" : "are") + " still ending";
        Instant decisive =
                diagnosis.decisiveAt().filter(t -> t.isAfter(limit.get())).orElse(limit.get());
        return new Diagnosis(cause(before, before.weight(), before.code(), detail), false, Optional.of(decisive));
    }

    private static Health.Cause cause(Health.Cause before, Health.Weight weight, String code, String detail) {
        return new Health.Cause(weight, code, before.object(), before.container(), detail, before.remedy());
    }
}
