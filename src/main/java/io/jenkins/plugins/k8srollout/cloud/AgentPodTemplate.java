package io.jenkins.plugins.k8srollout.cloud;

import static hudson.Util.fixNull;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlFragment;
import java.util.Set;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A kind of agent pod: which builds it is for, and what it is made of. */
public class AgentPodTemplate extends AgentPodFields {
    static final int DEFAULT_IDLE_MINUTES = 1;

    private final String name;
    private final String image;
    private String label = "";
    private int maxPods;
    private int buildsPerPod = 1;
    private int idleMinutes = DEFAULT_IDLE_MINUTES;
    private boolean webSocket = true;

    @DataBoundConstructor
    public AgentPodTemplate(String name, String image) {
        this.name = fixNull(name).strip();
        this.image = fixNull(image).strip();
    }

    public String getName() {
        return name;
    }

    public String getImage() {
        return image;
    }

    public String getLabel() {
        return label;
    }

    @DataBoundSetter
    public void setLabel(String label) {
        this.label = fixNull(label).strip();
    }

    public int getMaxPods() {
        return maxPods;
    }

    @DataBoundSetter
    public void setMaxPods(int maxPods) {
        this.maxPods = maxPods;
    }

    public int getBuildsPerPod() {
        return buildsPerPod;
    }

    @DataBoundSetter
    public void setBuildsPerPod(int buildsPerPod) {
        this.buildsPerPod = buildsPerPod;
    }

    public int getIdleMinutes() {
        return idleMinutes;
    }

    @DataBoundSetter
    public void setIdleMinutes(int idleMinutes) {
        this.idleMinutes = idleMinutes;
    }

    public boolean isWebSocket() {
        return webSocket;
    }

    @DataBoundSetter
    public void setWebSocket(boolean webSocket) {
        this.webSocket = webSocket;
    }

    /** The labels of its agents; its name where none is given. */
    String labels() {
        return label.isEmpty() ? name : label;
    }

    /** Whether its agents fit builds of this label; those without a label it leaves to others. */
    boolean serves(Label wanted) {
        Set<LabelAtom> atoms = Label.parse(labels());
        return wanted != null && wanted.matches(atoms);
    }

    /** The form. */
    @Extension
    @Symbol("agentTemplate")
    public static class DescriptorImpl extends Descriptor<AgentPodTemplate> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodTemplate_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return CloudChecks.required(value);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value) {
            return CloudChecks.image(value);
        }

        @POST
        public FormValidation doCheckMaxPods(@QueryParameter String value) {
            return CloudChecks.number(value, 0);
        }

        @POST
        public FormValidation doCheckBuildsPerPod(@QueryParameter String value) {
            return CloudChecks.number(value, 1);
        }

        @POST
        public FormValidation doCheckIdleMinutes(@QueryParameter String value) {
            return CloudChecks.number(value, 0);
        }

        @POST
        public FormValidation doCheckWebSocket(@QueryParameter boolean value) {
            return CloudChecks.webSocket(value);
        }

        @POST
        public FormValidation doCheckRequests(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.quantities("requests", value));
        }

        @POST
        public FormValidation doCheckLimits(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.quantities("limits", value));
        }

        @POST
        public FormValidation doCheckEnv(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.pairs("env", value));
        }

        @POST
        public FormValidation doCheckNodeSelector(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.pairs("nodeSelector", value));
        }

        @POST
        public FormValidation doCheckYaml(@QueryParameter String value) {
            return CloudChecks.of(() -> PodRequests.checkYaml(YamlFragment.parse("yaml", fixNull(value))));
        }
    }
}
