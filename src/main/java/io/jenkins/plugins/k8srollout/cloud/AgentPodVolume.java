package io.jenkins.plugins.k8srollout.cloud;

import static hudson.Util.fixNull;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A volume of an agent's pod, mounted in all its containers. */
public class AgentPodVolume extends AbstractDescribableImpl<AgentPodVolume> {
    private final String kind;
    private final String path;
    private String source = "";
    private boolean readOnly;

    @DataBoundConstructor
    public AgentPodVolume(String kind, String path) {
        this.kind = fixNull(kind).strip();
        this.path = fixNull(path).strip();
    }

    public String getKind() {
        return kind;
    }

    public String getPath() {
        return path;
    }

    public String getSource() {
        return source;
    }

    @DataBoundSetter
    public void setSource(String source) {
        this.source = fixNull(source).strip();
    }

    public boolean isReadOnly() {
        return readOnly;
    }

    @DataBoundSetter
    public void setReadOnly(boolean readOnly) {
        this.readOnly = readOnly;
    }

    /** The form. */
    @Extension
    @Symbol("agentVolume")
    public static class DescriptorImpl extends Descriptor<AgentPodVolume> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodVolume_displayName();
        }

        @POST
        public ListBoxModel doFillKindItems(@QueryParameter String kind) {
            ListBoxModel list = new ListBoxModel();
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                list.add(fixNull(kind));
                return list;
            }
            list.add(Messages.AgentPodVolume_empty(), "empty");
            list.add(Messages.AgentPodVolume_memory(), "memory");
            list.add(Messages.AgentPodVolume_claim(), "claim");
            list.add(Messages.AgentPodVolume_configMap(), "configMap");
            list.add(Messages.AgentPodVolume_secret(), "secret");
            return list;
        }

        @POST
        public FormValidation doCheckPath(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.path("path", value));
        }
    }
}
