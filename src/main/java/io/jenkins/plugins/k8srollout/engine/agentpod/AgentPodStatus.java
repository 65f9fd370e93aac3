package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A state and what there is to say about it.
 *
 * @param detail as in {@code on node1}; why, for {@link AgentPodState#FAILED}; empty text if there is nothing to add
 */
public record AgentPodStatus(AgentPodState state, String detail) {

    /**
     * What only the controller knows.
     *
     * @param connected whether the agent is connected
     * @param busy whether a build runs on it
     * @param ending whether its removal was asked for
     */
    public record Facts(boolean connected, boolean busy, boolean ending) {
        public static final Facts NONE = new Facts(false, false, false);
    }

    public AgentPodStatus {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(detail, "detail");
    }

    public static AgentPodStatus of(AgentPodState state) {
        return new AgentPodStatus(state, "");
    }

    /**
     * Judges from the pod's object and what the controller knows. Pure. A pod that has ended stays failed whatever else
     * is said of it, and one that is being removed stays so.
     *
     * @param pod as last seen; empty if the cluster has not shown it yet
     */
    public static AgentPodStatus of(Optional<KubeObject> pod, Facts facts) {
        Optional<AgentPodStatus> end = pod.flatMap(p -> end(p, facts));
        if (end.isPresent()) {
            return end.get();
        }
        if (facts.ending()) {
            return of(AgentPodState.TERMINATING);
        }
        if (facts.connected()) {
            return of(facts.busy() ? AgentPodState.ONLINE : AgentPodState.IDLE);
        }
        return pod.map(AgentPodStatus::starting).orElse(of(AgentPodState.REQUESTED));
    }

    private static Optional<AgentPodStatus> end(KubeObject pod, Facts facts) {
        if (pod.has("metadata", "deletionTimestamp")) {
            return Optional.of(of(AgentPodState.TERMINATING));
        }
        String phase = pod.text("status", "phase").orElse("");
        KubeObject exit = agent(pod).child("state", "terminated");
        if (!phase.equals("Failed") && !phase.equals("Succeeded") && exit.isEmpty() || facts.ending()) {
            return Optional.empty();
        }
        return Optional.of(new AgentPodStatus(AgentPodState.FAILED, why(pod, exit)));
    }

    private static String why(KubeObject pod, KubeObject exit) {
        String reason = pod.text("status", "reason").orElse("");
        if (!reason.isEmpty()) {
            return reason + pod.text("status", "message").map(m -> ": " + m).orElse("");
        }
        if (exit.isEmpty()) {
            return "the pod has ended";
        }
        String how = exit.text("reason").filter("OOMKilled"::equals).isPresent()
                ? "was killed for using more memory than its limit"
                : "ended with exit code " + exit.numberOr(0, "exitCode");
        return "the agent's container " + how
                + exit.text("message").map(m -> ": " + m.strip()).orElse("");
    }

    private static AgentPodStatus starting(KubeObject pod) {
        if (agent(pod).has("state", "running")) {
            return of(AgentPodState.CONNECTING);
        }
        Optional<String> node = pod.text("spec", "nodeName").filter(n -> !n.isEmpty());
        if (node.isEmpty()) {
            return of(AgentPodState.REQUESTED);
        }
        List<KubeObject> statuses = pod.children("status", "containerStatuses");
        if (statuses.isEmpty()) {
            return new AgentPodStatus(AgentPodState.SCHEDULED, "on " + node.get());
        }
        Map<String, String> images = pod.children("spec", "containers").stream()
                .collect(Collectors.toMap(
                        c -> c.text("name").orElse(""), c -> c.text("image").orElse(""), (a, b) -> a));
        String waiting = statuses.stream()
                .filter(s -> s.has("state", "waiting"))
                .map(s -> images.getOrDefault(s.text("name").orElse(""), ""))
                .filter(i -> !i.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
        return new AgentPodStatus(AgentPodState.PULLING, waiting);
    }

    private static KubeObject agent(KubeObject pod) {
        return pod.children("status", "containerStatuses").stream()
                .filter(s -> s.text("name").orElse("").equals(AgentPodFactory.AGENT_CONTAINER))
                .findFirst()
                .orElse(KubeObject.empty());
    }

    /** As a log line shows it: {@code Scheduled on node1}. */
    @Override
    public String toString() {
        return detail.isEmpty() ? state.toString() : state + " " + detail;
    }
}
