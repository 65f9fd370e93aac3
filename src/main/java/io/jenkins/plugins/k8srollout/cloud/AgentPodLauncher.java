package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.model.TaskListener;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.SlaveComputer;

/**
 * Asks for the pod and returns: that the agent has connected, or cannot, is an event. It is an inbound launcher, because
 * Jenkins lets only such agents connect by themselves.
 */
public class AgentPodLauncher extends JNLPLauncher {
    // Inbound agents are not started by hand.
    @Override
    public boolean isLaunchSupported() {
        return false;
    }

    @Override
    public void launch(SlaveComputer computer, TaskListener listener) {
        if (!(computer instanceof AgentPodComputer own)) {
            return; // only agents of ours have this launcher
        }
        AgentPodNode node = own.getNode();
        if (node != null && !node.isOver()) {
            // Without a cause Jenkins would call a launch that has not connected yet a failed one.
            own.offline(new AgentPodOfflineCause(own.getState()));
            AgentRooms.get().launch(node, own);
        }
    }

    /** Not chosen by hand. */
    @Extension
    public static class DescriptorImpl extends Descriptor<ComputerLauncher> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodLauncher_displayName();
        }
    }
}
