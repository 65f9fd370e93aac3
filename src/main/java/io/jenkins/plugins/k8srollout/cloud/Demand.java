package io.jenkins.plugins.k8srollout.cloud;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.NodeProvisioner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many agents the builds of a label lack. All is counted at one moment, under the queue's lock: by Jenkins' figures of a
 * moment ago, a build that has just got its agent would still wait while that agent is not free any more, and get another.
 */
final class Demand {
    private final Label label;
    private int connecting;
    private int coming;

    private Demand(Label label) {
        this.label = label;
    }

    static int of(NodeProvisioner.StrategyState state, Label label) {
        AtomicInteger lack = new AtomicInteger();
        Queue.runWithLock(() -> lack.set(new Demand(label).lack(state)));
        return lack.get();
    }

    private int lack(NodeProvisioner.StrategyState state) {
        label.getNodes().forEach(this::count);
        // Jenkins counts an agent as connecting only while its launcher runs, which ours does for a moment.
        int others = Math.max(0, state.getSnapshot().getConnectingExecutors() - connecting);
        return waiting() - coming - others - state.getPlannedCapacitySnapshot() - state.getAdditionalPlannedCapacity();
    }

    private int waiting() {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return (int) Queue.getInstance().getBuildableItems().stream()
                    .filter(i -> label.equals(i.getAssignedLabel()))
                    .count();
        }
    }

    private void count(Node node) {
        Computer computer = node.toComputer();
        AgentPodNode ours = node instanceof AgentPodNode own ? own : null;
        if (ours != null && computer != null && computer.isConnecting()) {
            connecting++;
        }
        if (ours != null && ours.isPending()) {
            coming += Provisioning.isForOthers(ours, label) ? 0 : 1;
        } else if (computer != null && computer.isOnline() && computer.isAcceptingTasks()) {
            // After a restart agents may be idle that only wait for builds of theirs to go on.
            coming += ours != null && ours.use().isUp() ? 0 : computer.countIdle();
        }
    }
}
