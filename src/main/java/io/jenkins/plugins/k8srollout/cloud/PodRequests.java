package io.jenkins.plugins.k8srollout.cloud;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentContainer;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodSpec;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentVolume;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlFragment;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jenkins.model.Jenkins;

/** From what administrators wrote to the pod that is asked for. */
final class PodRequests {
    private static final Map<String, AgentVolume.Kind> KINDS = Map.of(
            "empty", AgentVolume.Kind.EMPTY,
            "memory", AgentVolume.Kind.MEMORY,
            "claim", AgentVolume.Kind.CLAIM,
            "configMap", AgentVolume.Kind.CONFIG_MAP,
            "secret", AgentVolume.Kind.SECRET);

    private PodRequests() {}

    /**
     * @param controller the controller's stable identity
     * @param namespace where the cloud's pods are
     * @throws ReleaseException (refused input) naming the field that cannot be read, or why agents would not find Jenkins
     */
    static KubeObject pod(
            String agent, String controller, String namespace, AgentPodCloud cloud, AgentPodTemplate template) {
        checkNames(cloud, template);
        return AgentPodFactory.pod(new AgentPodSpec(
                agent,
                new AgentOwner(controller, cloud.name, template.getName()),
                namespace,
                new AgentContainer(
                        AgentPodFactory.AGENT_CONTAINER,
                        PodFields.image("image", template.getImage()),
                        List.of(),
                        List.of(),
                        PodFields.pairs("env", template.getEnv()),
                        PodFields.quantities("requests", template.getRequests()),
                        PodFields.quantities("limits", template.getLimits())),
                template.getContainers().stream().map(PodRequests::container).toList(),
                PodFields.pairs("nodeSelector", template.getNodeSelector()),
                template.getServiceAccount(),
                template.getVolumes().stream().map(PodRequests::volume).toList(),
                PodFields.path("workDir", template.getWorkDir()),
                YamlFragment.parse("yaml", template.getYaml()),
                connection(cloud, template)));
    }

    // An agent that cannot find its way would only be seen to be silent, minutes later.
    private static AgentPodSpec.Connection connection(AgentPodCloud cloud, AgentPodTemplate template) {
        if (!template.isWebSocket() && Jenkins.get().getSlaveAgentPort() < 0) {
            throw ReleaseException.refused(
                    "connect agents by TCP",
                    "template " + template.getName(),
                    "the TCP port for inbound agents is disabled",
                    "Enable it under Manage Jenkins, Security, or let the template use WebSocket");
        }
        return new AgentPodSpec.Connection(cloud.agentUrl(), template.isWebSocket(), cloud.getTunnel());
    }

    private static void checkNames(AgentPodCloud cloud, AgentPodTemplate template) {
        if (cloud.templatesFor(t -> t.getName().equals(template.getName())).count() > 1) {
            throw PodFields.refused(
                    "name",
                    template.getName(),
                    "the cloud " + cloud.name + " has two templates of this name",
                    "Give each template a name of its own");
        }
        if (cloud.agentUrl().equals("/")) {
            throw PodFields.refused(
                    "jenkinsUrl",
                    "",
                    "neither the cloud " + cloud.name + " nor Jenkins itself says where agents find this controller",
                    "Set the Jenkins URL under Manage Jenkins, System, or that of the cloud");
        }
    }

    /** Refuses YAML that is not about a pod. */
    static void checkYaml(KubeObject yaml) {
        AgentPodFactory.pod(new AgentPodSpec(
                "x",
                new AgentOwner("x", "x", "x"),
                "x",
                AgentContainer.of("x", "x"),
                List.of(),
                Map.of(),
                "",
                List.of(),
                "/x",
                yaml,
                new AgentPodSpec.Connection("x", true, "")));
    }

    private static AgentContainer container(AgentPodContainer c) {
        return new AgentContainer(
                PodFields.containerName("name", c.getName()),
                PodFields.image("image", c.getImage()),
                PodFields.words(c.getCommand()),
                PodFields.words(c.getArgs()),
                PodFields.pairs("env", c.getEnv()),
                PodFields.quantities("requests", c.getRequests()),
                PodFields.quantities("limits", c.getLimits()));
    }

    private static AgentVolume volume(AgentPodVolume v) {
        AgentVolume.Kind kind = KINDS.get(v.getKind());
        boolean named = kind != AgentVolume.Kind.EMPTY && kind != AgentVolume.Kind.MEMORY;
        if (kind == null) {
            throw PodFields.refused(
                    "kind",
                    v.getKind(),
                    "there is no such kind of volume",
                    "Choose one of the list",
                    KINDS.keySet().stream().sorted().toArray(String[]::new));
        }
        if (named && v.getSource().isEmpty()) {
            String word = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            throw PodFields.refused("source", "", "a " + word + " needs its name", "Write the name of the object");
        }
        return new AgentVolume(kind, v.getSource(), PodFields.path("path", v.getPath()), v.isReadOnly());
    }
}
