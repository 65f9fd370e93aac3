package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Objects;

/**
 * Where an agent counts, and how many pods may exist there at the same time, whatever state they are in.
 *
 * @param cloud the cloud's name
 * @param cloudCap the most pods of the cloud
 * @param template the template's name
 * @param templateCap the most pods of the template in this cloud
 */
public record AgentLimits(String cloud, int cloudCap, String template, int templateCap) {
    public AgentLimits {
        Objects.requireNonNull(cloud, "cloud");
        Objects.requireNonNull(template, "template");
    }

    boolean isOfCloud(AgentLimits other) {
        return cloud.equals(other.cloud);
    }

    boolean isOfTemplate(AgentLimits other) {
        return isOfCloud(other) && template.equals(other.template);
    }

    boolean isOfCloud(KubeObject pod) {
        return AgentOwner.isOfCloud(cloud, pod);
    }

    boolean isOfTemplate(KubeObject pod) {
        return isOfCloud(pod) && AgentOwner.isOfTemplate(template, pod);
    }
}
