package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Objects;

/**
 * One pod to be made, for an agent whose place is reserved.
 *
 * @param pod from {@link io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory#pod}
 * @param secret what the agent proves itself with; never printed
 */
public record AgentRequest(KubeObject pod, String secret) {
    public AgentRequest {
        Objects.requireNonNull(pod, "pod");
        Objects.requireNonNull(secret, "secret");
    }

    public String agent() {
        return pod.name();
    }

    /** The agent's name only. */
    @Override
    public String toString() {
        return agent();
    }
}
