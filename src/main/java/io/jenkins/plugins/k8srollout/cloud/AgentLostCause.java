package io.jenkins.plugins.k8srollout.cloud;

import jenkins.model.CauseOfInterruption;

/** Ends a build whose agent's pod is no more, and says why. */
public class AgentLostCause extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public AgentLostCause(String reason) {
        this.reason = reason;
    }

    @Override
    public String getShortDescription() {
        return reason;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgentLostCause && reason.equals(((AgentLostCause) other).reason);
    }

    @Override
    public int hashCode() {
        return reason.hashCode();
    }
}
