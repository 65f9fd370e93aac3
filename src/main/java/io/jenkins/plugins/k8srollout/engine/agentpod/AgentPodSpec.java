package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a template asks for, with the one agent it is asked for. Holds no secret.
 *
 * @param agent name of agent, pod and Secret, from {@link AgentNames}
 * @param owner whose it is
 * @param namespace where the pod shall run
 * @param container the container that the agent runs in; its name is always {@link AgentPodFactory#AGENT_CONTAINER}
 * @param sidecars further containers, such as a database for tests
 * @param nodeSelector labels that the node must have
 * @param serviceAccount empty text for the namespace's default one, whose token is then not mounted
 * @param volumes mounted in all containers
 * @param workDir the agent's folder, absolute; the same empty volume in all containers
 * @param yaml what the fields above cannot say; goes before them. Empty for none
 * @param connection how the agent finds its controller
 */
public record AgentPodSpec(
        String agent,
        AgentOwner owner,
        String namespace,
        AgentContainer container,
        List<AgentContainer> sidecars,
        Map<String, String> nodeSelector,
        String serviceAccount,
        List<AgentVolume> volumes,
        String workDir,
        KubeObject yaml,
        Connection connection) {

    /**
     * @param url the controller's, with a slash at its end, as pods can reach it
     * @param webSocket whether all goes through that URL; else the agent asks there for the TCP port
     * @param tunnel {@code host:port} instead of the TCP address that the controller names; empty text for that
     */
    public record Connection(String url, boolean webSocket, String tunnel) {
        public Connection {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(tunnel, "tunnel");
        }
    }

    public AgentPodSpec {
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(serviceAccount, "serviceAccount");
        Objects.requireNonNull(workDir, "workDir");
        Objects.requireNonNull(yaml, "yaml");
        Objects.requireNonNull(connection, "connection");
        sidecars = List.copyOf(sidecars);
        nodeSelector = Map.copyOf(nodeSelector);
        volumes = List.copyOf(volumes);
    }
}
