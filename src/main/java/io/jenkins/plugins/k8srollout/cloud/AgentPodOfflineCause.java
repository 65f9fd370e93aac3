package io.jenkins.plugins.k8srollout.cloud;

import hudson.slaves.OfflineCause;

/**
 * Why an agent in a pod is not connected: how far its start is, or why it is lost. Only one line: what else a container has
 * written is for those who may see the agent's log. Its view escapes the text, that of the base class takes it for markup.
 */
public class AgentPodOfflineCause extends OfflineCause {
    private final String text;

    public AgentPodOfflineCause(String text) {
        this.text = text.lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        return Messages.AgentPodOfflineCause_text(text);
    }
}
