package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a workload together with its pods: {@link HealthRules} says how far it is, {@link PodDiagnosis} why it may
 * never arrive. Only pods of the newest revision that are not being deleted count. Pure and thread-safe.
 */
public final class WorkloadHealth {
    private static final String OUTDATED = "was scaled, or has pods to replace: the batch is computed anew";

    private WorkloadHealth() {}

    /** The verdict alone. */
    public static Health judge(WorkloadSnapshot snapshot, HealthPolicy policy) {
        return assess(snapshot, policy).health();
    }

    /** The verdict, all causes, and when to look again. */
    public static Assessment assess(WorkloadSnapshot snapshot, HealthPolicy policy) {
        return assess(snapshot, policy, Optional.empty());
    }

    /**
     * The same of a workload that a release holds in a batch, if there is a goal: healthy means that it is reached, or
     * {@link #isOutdated}.
     */
    public static Assessment assess(WorkloadSnapshot snapshot, HealthPolicy policy, Optional<BatchGoal> goal) {
        Assessment found = assessed(snapshot, policy, goal);
        boolean outdated = goal.isPresent()
                && found.health().state() == Health.State.PROGRESSING
                && HealthRules.isObserved(snapshot.workload())
                && BatchRule.isOutdated(snapshot, goal.get());
        return outdated ? Assessment.of(Health.of(Health.State.HEALTHY, OUTDATED)) : found;
    }

    /** Whether there is nothing more to wait for because the batch must be computed anew. */
    public static boolean isOutdated(Health health) {
        return health.isHealthy() && health.message().equals(OUTDATED);
    }

    private static Assessment assessed(WorkloadSnapshot snapshot, HealthPolicy policy, Optional<BatchGoal> goal) {
        KubeObject workload = snapshot.workload();
        Health own = HealthRules.judge(workload);
        if (workload.kind().equals("PersistentVolumeClaim")) {
            return Assessment.of(ClaimEvents.explain(snapshot, own));
        }
        if (workload.has("metadata", "deletionTimestamp") || !HealthRules.isObserved(workload)) {
            return Assessment.of(own);
        }
        List<KubeObject> pods = Revision.newestPods(snapshot);
        long restarts = pods.stream().mapToLong(WorkloadHealth::restarts).sum();
        own = blameless(snapshot, own);
        own = goal.map(g -> BatchRule.judge(snapshot, pods, g)).orElse(own);
        own = contradicted(own, workload, pods);
        if (own.isHealthy()) {
            boolean proven = goal.isEmpty()
                    && workload.numberOr(0, "spec", "minReadySeconds")
                            >= policy.unproven().toSeconds();
            return settled(snapshot, policy, pods, own, restarts, proven);
        }
        List<Diagnosis> found = diagnose(snapshot, policy, pods);
        Optional<Instant> lookAgain =
                found.stream().flatMap(d -> d.decisiveAt().stream()).min(Instant::compareTo);
        List<Health.Cause> causes =
                new ArrayList<>(found.stream().map(Diagnosis::cause).distinct().toList());
        own.cause().filter(c -> causes.isEmpty()).ifPresent(causes::add);
        return new Assessment(combine(own, found), causes, lookAgain, restarts);
    }

    // Where the newest ReplicaSet can create its pods, a Deployment's condition repeats that of an old one.
    private static Health blameless(WorkloadSnapshot snapshot, Health own) {
        boolean repeated = snapshot.workload().kind().equals("Deployment")
                && !own.isFailed()
                && Revision.newestReplicaSet(snapshot)
                        .filter(r -> Conditions.isTrue(r, "ReplicaFailure").isEmpty())
                        .isPresent();
        return repeated ? Health.of(own.state(), own.message()) : own;
    }

    // The workload's status follows its pods by a moment; a pod that has just died is still counted there.
    private static Health contradicted(Health own, KubeObject workload, List<KubeObject> pods) {
        if (!own.isHealthy() || workload.kind().equals("Job") || workload.kind().equals("Pod")) {
            return own;
        }
        return pods.stream()
                .filter(p -> p.text("status", "phase").orElse("").matches("Pending|Running"))
                .filter(p -> Conditions.isTrue(p, "Ready").isEmpty())
                .findFirst()
                .map(p -> KindRule.progressing(own.message() + ", but " + p.name() + " is not ready"))
                .orElse(own);
    }

    /** @param proven whether the workload's own minimum of seconds ready has done what the policy asks for */
    private static Assessment settled(
            WorkloadSnapshot snapshot,
            HealthPolicy policy,
            List<KubeObject> pods,
            Health own,
            long restarts,
            boolean proven) {
        KubeObject workload = snapshot.workload();
        Optional<Instant> end = workload.kind().equals("Job")
                ? Optional.empty()
                : Settling.end(pods, policy).filter(snapshot.now()::isBefore);
        return end.isPresent() && !proven
                ? new Assessment(
                        Health.of(
                                Health.State.PROGRESSING, own.message() + ", just started and without readiness probe"),
                        List.of(),
                        end,
                        restarts)
                : new Assessment(own, List.of(), Optional.empty(), restarts);
    }

    private static List<Diagnosis> diagnose(WorkloadSnapshot snapshot, HealthPolicy policy, List<KubeObject> pods) {
        List<Diagnosis> found = new ArrayList<>();
        CreationCheck.check(snapshot, policy).ifPresent(found::add);
        boolean pattern = pods.stream().filter(PodEnd::isReplaced).count() > policy.restarts();
        for (KubeObject pod : pods) {
            Optional<Diagnosis> one = PodDiagnosis.diagnose(pod, snapshot.eventsOf(pod), policy, snapshot.now())
                    .map(d -> ClaimEvents.explain(snapshot, pod, d))
                    .map(d -> ComingRoom.explain(snapshot, pod, policy, d));
            // Each lost pod is replaced; when the replacements are lost as well, there is a pattern.
            one.map(d -> PodEnd.isReplaced(pod) && pattern ? Diagnosis.now(d.cause()) : d)
                    .ifPresent(found::add);
        }
        BlockedUpdate.check(snapshot).ifPresent(found::add);
        found.sort(Diagnosis.BY_WEIGHT);
        return found;
    }

    private static Health combine(Health own, List<Diagnosis> found) {
        if (found.isEmpty()) {
            return own;
        }
        Diagnosis first = found.get(0);
        boolean failed = own.isFailed() || first.decisive();
        return Health.because(failed ? Health.State.FAILED : own.state(), own.message(), first.cause());
    }

    private static long restarts(KubeObject pod) {
        return pod.children("status", "containerStatuses").stream()
                .mapToLong(c -> c.numberOr(0, "restartCount"))
                .sum();
    }
}
