package io.jenkins.plugins.k8srollout.cloud;

import hudson.slaves.OfflineCause;

/** Why an agent in a pod is not connected: how far its start is, or why it is lost. */
public class AgentPodOfflineCause extends OfflineCause {
    private final String text;

    public AgentPodOfflineCause(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return Messages.AgentPodOfflineCause_text(text);
    }
}
