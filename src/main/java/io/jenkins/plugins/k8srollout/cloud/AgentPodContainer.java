package io.jenkins.plugins.k8srollout.cloud;

import static hudson.Util.fixNull;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A further container of an agent's pod, such as a database for tests. */
public class AgentPodContainer extends AbstractDescribableImpl<AgentPodContainer> {
    private final String name;
    private final String image;
    private String command = "";
    private String args = "";
    private String env = "";
    private String requests = "";
    private String limits = "";

    @DataBoundConstructor
    public AgentPodContainer(String name, String image) {
        this.name = fixNull(name).strip();
        this.image = fixNull(image).strip();
    }

    public String getName() {
        return name;
    }

    public String getImage() {
        return image;
    }

    public String getCommand() {
        return command;
    }

    @DataBoundSetter
    public void setCommand(String command) {
        this.command = fixNull(command).strip();
    }

    public String getArgs() {
        return args;
    }

    @DataBoundSetter
    public void setArgs(String args) {
        this.args = fixNull(args).strip();
    }

    public String getEnv() {
        return env;
    }

    @DataBoundSetter
    public void setEnv(String env) {
        this.env = fixNull(env).strip();
    }

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

    /** The form. */
    @Extension
    @Symbol("agentContainer")
    public static class DescriptorImpl extends Descriptor<AgentPodContainer> {
        @Override
        public String getDisplayName() {
            return Messages.AgentPodContainer_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return CloudChecks.name(value);
        }

        @POST
        public FormValidation doCheckImage(@QueryParameter String value) {
            return CloudChecks.image(value);
        }

        @POST
        public FormValidation doCheckEnv(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.pairs("env", value));
        }

        @POST
        public FormValidation doCheckRequests(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.quantities("requests", value));
        }

        @POST
        public FormValidation doCheckLimits(@QueryParameter String value) {
            return CloudChecks.of(() -> PodFields.quantities("limits", value));
        }
    }
}
