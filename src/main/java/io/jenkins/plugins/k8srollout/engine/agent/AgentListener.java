package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.time.Duration;

/** Follows one agent. Called one at a time, on a worker of the scheduler's; it must return soon. */
public interface AgentListener {
    /** @param age since the agent's place was reserved, or since it was taken over after a restart */
    void changed(AgentPodStatus status, Duration age);

    /** Something holds the start up, and time may heal it; told once per reason. */
    void waiting(Health.Cause cause);

    /** The agent is lost, or cannot start: called at most once, and not after its removal was asked for. */
    void ended(AgentEnd end);
}
