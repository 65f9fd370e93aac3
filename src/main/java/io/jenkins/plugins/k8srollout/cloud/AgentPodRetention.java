package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.model.Executor;
import hudson.model.ExecutorListener;
import hudson.model.Queue;
import hudson.slaves.RetentionStrategy;
import jenkins.model.Jenkins;

/** An agent goes when it has done its builds, or has had none for a while. */
public class AgentPodRetention extends RetentionStrategy<AgentPodComputer> implements ExecutorListener {
    @Override
    public void start(AgentPodComputer computer) {
        computer.connect(false);
    }

    /** Called by Jenkins once a minute for each agent, under the queue's lock; the start has a patience of its own. */
    @Override
    public long check(AgentPodComputer computer) {
        AgentPodNode node = computer.getNode();
        // One that was taken out of service, as by a monitor of its disk, is of no use either.
        boolean started = computer.isOnline() || computer.isTemporarilyOffline();
        if (node != null && !node.isOver() && started && computer.isIdle()) {
            if (System.currentTimeMillis() - computer.idleSince() >= node.use().patienceMillis()) {
                computer.remark(Messages.AgentPodRetention_idle());
                AgentRemoval.remove(node);
            }
        }
        return 1;
    }

    @Override
    public void taskAccepted(Executor executor, Queue.Task task) {
        AgentPodComputer computer = (AgentPodComputer) executor.getOwner();
        AgentPodNode node = computer.getNode();
        if (node != null) {
            if (ResumedBuilds.isResumed(task, node)) {
                node.use().goOn();
            } else {
                // Pipelines ask for agents by tasks of their own; what is its own owner ends with Jenkins.
                node.use().begin(task.getOwnerTask() == task);
                AgentRemoval.save(node);
            }
            if (node.use().isUp()) {
                computer.setAcceptingTasks(false);
            }
            AgentRooms.get().busy(node, true);
        }
    }

    @Override
    public void taskCompleted(Executor executor, Queue.Task task, long durationMillis) {
        AgentPodComputer computer = (AgentPodComputer) executor.getOwner();
        AgentPodNode node = computer.getNode();
        // A build that the end of Jenkins cuts short goes on after the restart.
        if (node == null || Jenkins.get().isTerminating()) {
            return;
        }
        AgentRooms.get().busy(node, false);
        if (node.use().isUp() || node.isRetired()) {
            AgentRemoval.remove(node);
        }
    }

    @Override
    public void taskCompletedWithProblems(Executor executor, Queue.Task task, long durationMillis, Throwable problems) {
        taskCompleted(executor, task, durationMillis);
    }

    /** Not chosen by hand. */
    @Extension
    public static class DescriptorImpl extends Descriptor<RetentionStrategy<?>> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodRetention_displayName();
        }
    }
}
