package io.jenkins.plugins.k8srollout.cloud;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.NodeListener;

/** Tells the pods' keeper of connections made and lost, and measures how long an agent has taken. */
@Extension
public class AgentConnection extends ComputerListener {
    private static final Logger LOGGER = Logger.getLogger(AgentConnection.class.getName());

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        AgentPodNode node = nodeOf(computer);
        if (node != null) {
            node.markMet();
            ((AgentPodComputer) computer).connected();
            TemplateHolds.get().succeeded(node.getCloud(), node.getTemplate());
            AgentRooms.get().connected(node, true);
            long now = System.currentTimeMillis();
            if (node.queuedAt() > 0) {
                LOGGER.log(
                        Level.INFO,
                        "Agent {0} is online {1} ms after its build was queued, {2} ms after its pod was asked for",
                        new Object[] {
                            node.getNodeName(),
                            String.valueOf(now - node.queuedAt()),
                            String.valueOf(now - node.requestedAt())
                        });
                node.serve(node.queueItem(), 0);
            }
        }
    }

    @Override
    public void onOffline(Computer computer, OfflineCause cause) {
        AgentPodNode node = nodeOf(computer);
        if (node != null) {
            AgentRooms.get().connected(node, false);
        }
    }

    // Null for other agents, and for one that was removed a moment ago.
    @CheckForNull
    private static AgentPodNode nodeOf(Computer computer) {
        return computer instanceof AgentPodComputer own ? own.getNode() : null;
    }

    /** However an agent is removed, its pod goes with it. */
    @Extension
    public static class Removal extends NodeListener {
        @Override
        protected void onDeleted(Node node) {
            if (node instanceof AgentPodNode own) {
                own.markOver();
                AgentRooms.get().end(own);
            }
        }
    }
}
