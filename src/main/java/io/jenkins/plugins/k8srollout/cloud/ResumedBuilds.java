package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;

/**
 * After a restart an agent whose builds have all begun is only for those of them that go on. What others were cut short
 * has left in its pod is nothing for a new build.
 */
@Extension
public class ResumedBuilds extends QueueTaskDispatcher {
    /** Whether the task goes on on this agent: it asks for it by its name, which no new one can know. */
    static boolean isResumed(Queue.Task task, AgentPodNode node) {
        Label label = task.getAssignedLabel();
        return label != null && label.getName().equals(node.getNodeName());
    }

    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        return node instanceof AgentPodNode own && own.use().isUp() && !isResumed(item.task, own)
                ? new UsedUp(own.getNodeName())
                : null;
    }

    private static final class UsedUp extends CauseOfBlockage {
        private final String agent;

        private UsedUp(String agent) {
            this.agent = agent;
        }

        @Override
        public String getShortDescription() {
            return Messages.ResumedBuilds_usedUp(agent);
        }
    }
}
