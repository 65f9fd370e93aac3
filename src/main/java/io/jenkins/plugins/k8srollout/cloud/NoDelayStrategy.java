package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Label;
import hudson.slaves.Cloud;
import hudson.slaves.CloudProvisioningListener;
import hudson.slaves.NodeProvisioner;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * One agent for each build that waits, at once and all together. Jenkins' own strategy waits for averages to rise, and adds
 * a node only at the next of its ten-second rounds; that suits machines that take minutes and cost money for each start.
 */
@Extension(ordinal = 100)
public class NoDelayStrategy extends NodeProvisioner.Strategy {
    private static final Logger LOGGER = Logger.getLogger(NoDelayStrategy.class.getName());

    @Override
    public NodeProvisioner.StrategyDecision apply(NodeProvisioner.StrategyState state) {
        Label label = state.getLabel();
        if (!Provisioning.isOurs(label)) {
            return NodeProvisioner.StrategyDecision.CONSULT_REMAINING_STRATEGIES;
        }
        int needed = Demand.of(state, label);
        for (AgentPodCloud cloud : AgentPodCloud.ours().toList()) {
            if (needed > 0 && mayProvision(cloud, label, needed)) {
                List<AgentPodNode> nodes = Provisioning.plan(cloud, label, needed);
                nodes.forEach(NoDelayStrategy::add);
                needed -= nodes.size();
            }
        }
        return needed > 0
                ? NodeProvisioner.StrategyDecision.CONSULT_REMAINING_STRATEGIES
                : NodeProvisioner.StrategyDecision.PROVISIONING_COMPLETED;
    }

    private static boolean mayProvision(AgentPodCloud cloud, Label label, int needed) {
        Cloud.CloudState state = new Cloud.CloudState(label, 0);
        return cloud.canProvision(state)
                && CloudProvisioningListener.all().stream().allMatch(l -> l.canProvision(cloud, state, needed) == null);
    }

    private static void add(AgentPodNode node) {
        try {
            Jenkins.get().addNode(node);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Agent " + node.getNodeName() + " cannot be kept", e);
            AgentRooms.get().end(node);
        }
    }
}
