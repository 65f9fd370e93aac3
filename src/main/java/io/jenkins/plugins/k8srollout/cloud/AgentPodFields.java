package io.jenkins.plugins.k8srollout.cloud;

import static hudson.Util.fixNull;

import hudson.model.AbstractDescribableImpl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** What a template says of its pods beyond the image. Plain text and numbers, as they are kept on disk. */
public abstract class AgentPodFields extends AbstractDescribableImpl<AgentPodTemplate> {
    static final String DEFAULT_WORK_DIR = "/home/jenkins/agent";

    private String requests = "";
    private String limits = "";
    private String env = "";
    private String nodeSelector = "";
    private String serviceAccount = "";
    private String workDir = DEFAULT_WORK_DIR;
    private List<AgentPodContainer> containers = new ArrayList<>();
    private List<AgentPodVolume> volumes = new ArrayList<>();
    private String yaml = "";

    public String getRequests() {
        return requests;
    }

    @DataBoundSetter
    public void setRequests(String requests) {
        this.requests = fixNull(requests).strip();
    }

    public String getLimits() {
        return limits;
    }

    @DataBoundSetter
    public void setLimits(String limits) {
        this.limits = fixNull(limits).strip();
    }

    public String getEnv() {
        return env;
    }

    @DataBoundSetter
    public void setEnv(String env) {
        this.env = fixNull(env).strip();
    }

    public String getNodeSelector() {
        return nodeSelector;
    }

    @DataBoundSetter
    public void setNodeSelector(String nodeSelector) {
        this.nodeSelector = fixNull(nodeSelector).strip();
    }

    public String getServiceAccount() {
        return serviceAccount;
    }

    @DataBoundSetter
    public void setServiceAccount(String serviceAccount) {
        this.serviceAccount = fixNull(serviceAccount).strip();
    }

    public String getWorkDir() {
        return workDir;
    }

    @DataBoundSetter
    public void setWorkDir(String workDir) {
        this.workDir = fixNull(workDir).isBlank() ? DEFAULT_WORK_DIR : workDir.strip();
    }

    public List<AgentPodContainer> getContainers() {
        return Collections.unmodifiableList(containers);
    }

    @DataBoundSetter
    public void setContainers(List<AgentPodContainer> containers) {
        this.containers = containers == null ? new ArrayList<>() : new ArrayList<>(containers);
    }

    public List<AgentPodVolume> getVolumes() {
        return Collections.unmodifiableList(volumes);
    }

    @DataBoundSetter
    public void setVolumes(List<AgentPodVolume> volumes) {
        this.volumes = volumes == null ? new ArrayList<>() : new ArrayList<>(volumes);
    }

    public String getYaml() {
        return yaml;
    }

    @DataBoundSetter
    public void setYaml(String yaml) {
        this.yaml = fixNull(yaml);
    }
}
