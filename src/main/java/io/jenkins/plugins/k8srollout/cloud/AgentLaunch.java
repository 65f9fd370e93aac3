package io.jenkins.plugins.k8srollout.cloud;

import io.jenkins.plugins.k8srollout.engine.agent.AgentLimits;
import io.jenkins.plugins.k8srollout.engine.agent.AgentRequest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** What an agent's pod is asked for with, and what there is to say when it cannot be. */
final class AgentLaunch {
    private AgentLaunch() {}

    /** @throws ReleaseException if the template is gone or cannot be read */
    static AgentRequest request(AgentPodNode node, AgentPodComputer computer, AgentPodCloud cloud, AgentRoom room) {
        AgentPodTemplate template = cloud.template(node.getTemplate())
                .orElseThrow(() -> ReleaseException.refused(
                        "find the agent's template", node.getTemplate(), "it is not configured any more", ""));
        KubeObject pod =
                PodRequests.pod(node.getNodeName(), ControllerIdentity.get(), room.namespace(), cloud, template);
        return new AgentRequest(pod, computer.getJnlpMac());
    }

    static Problem superseded(AgentPodNode node) {
        return new Problem(
                Problem.Kind.INTERRUPTED,
                "ask for the agent pod",
                node.getNodeName(),
                "the access to its cluster was configured anew at that moment",
                "Another agent is made");
    }

    static AgentLimits limits(AgentPodCloud cloud, AgentPodNode node) {
        return cloud.template(node.getTemplate())
                .map(cloud::limits)
                .orElse(new AgentLimits(cloud.name, cloud.getMaxPods(), node.getTemplate(), Integer.MAX_VALUE));
    }
}
