package io.jenkins.plugins.k8srollout.config;

import static hudson.Util.fixNull;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What jobs mean that say nothing; empty text leaves it to the steps' own defaults. */
public class GlobalDefaults extends AbstractDescribableImpl<GlobalDefaults> {
    private String namespace = "";
    private String timeout = "";
    private String onFailure = "";

    @DataBoundConstructor
    public GlobalDefaults() {
        // every default is optional
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = fixNull(namespace).strip();
    }

    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = fixNull(timeout).strip();
    }

    public String getOnFailure() {
        return onFailure;
    }

    @DataBoundSetter
    public void setOnFailure(String onFailure) {
        this.onFailure = fixNull(onFailure).strip();
    }

    /** The form. */
    @Extension
    @Symbol("rolloutDefaults")
    public static class DescriptorImpl extends Descriptor<GlobalDefaults> {
        @Override
        public String getDisplayName() {
            return Messages.GlobalDefaults_displayName();
        }

        @POST
        public FormValidation doCheckNamespace(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.namespace(value));
        }

        @POST
        public FormValidation doCheckTimeout(@QueryParameter String value) {
            return Checks.asAdministrator(() -> {
                if (!fixNull(value).isBlank()) {
                    TimeSpan.parse("timeout", value.strip());
                }
                return FormValidation.ok();
            });
        }

        @POST
        public ListBoxModel doFillOnFailureItems(@QueryParameter String onFailure) {
            ListBoxModel list = new ListBoxModel();
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                list.add(fixNull(onFailure));
                return list;
            }
            list.add(Messages.GlobalDefaults_default(), "");
            List.of("rollback", "hold", "leave").forEach(list::add);
            return list;
        }
    }
}
