package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as a whole has ended or was lost: evicted, out of time, its node gone. A controller replaces such pods, so
 * that one alone decides nothing; only for a pod without a controller it does.
 */
final class PodEndCheck implements PodCheck {
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("Evicted", "Set requests that match what the pod uses, or give the node more of what it lacks"),
            Map.entry("NodeLost", "See whether the node is up: kubectl get nodes"),
            Map.entry("NodeShutdown", "None needed: the pod is replaced on another node"),
            Map.entry("Terminated", "None needed: the pod is replaced on another node"),
            Map.entry("Shutdown", "None needed: the pod is replaced on another node"),
            Map.entry("DeadlineExceeded", "Raise activeDeadlineSeconds, or make the work shorter"),
            Map.entry("UnexpectedAdmissionError", "See the node's device plugins and the kubelet's log"),
            Map.entry("NodeAffinity", "See whether the node's labels have changed"),
            Map.entry("Preempting", "Give the pod a higher priority class, or the cluster more room"));

    @Override
    public Optional<Diagnosis> check(PodView view) {
        return PodEnd.reason(view.pod()).map(reason -> judge(view, reason));
    }

    private static Diagnosis judge(PodView view, String reason) {
        Health.Cause cause = view.cause(
                Health.Weight.THRESHOLD,
                reason,
                PodEnd.message(view.pod()),
                REMEDIES.getOrDefault(reason, "See the pod's events: kubectl describe pod"));
        boolean alone = view.pod().children("metadata", "ownerReferences").isEmpty();
        return alone && PodEnd.isFailed(view.pod()) ? Diagnosis.now(cause) : Diagnosis.open(cause);
    }
}
