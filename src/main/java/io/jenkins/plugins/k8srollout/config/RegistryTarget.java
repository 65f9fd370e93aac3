package io.jenkins.plugins.k8srollout.config;

import static hudson.Util.fixNull;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.credentials.RegistryLogins;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry under the name that jobs use. Holds no secret, only the id of credentials. */
public class RegistryTarget extends AbstractDescribableImpl<RegistryTarget> {
    private final String name;
    private final String host;
    private String credentialsId = "";
    private String caCertificate = "";
    private boolean plainHttp;

    @DataBoundConstructor
    public RegistryTarget(String name, String host) {
        this.name = fixNull(name).strip();
        this.host = fixNull(host).strip();
    }

    public String getName() {
        return name;
    }

    public String getHost() {
        return host;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = fixNull(credentialsId).strip();
    }

    public String getCaCertificate() {
        return caCertificate;
    }

    @DataBoundSetter
    public void setCaCertificate(String caCertificate) {
        this.caCertificate = fixNull(caCertificate).strip();
    }

    public boolean isPlainHttp() {
        return plainHttp;
    }

    @DataBoundSetter
    public void setPlainHttp(boolean plainHttp) {
        this.plainHttp = plainHttp;
    }

    /**
     * The way to this registry.
     *
     * @param login what {@link #getCredentialsId} has come to in the caller's context
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException (refused input) if the host is malformed
     */
    public RegistryAccess.Builder access(RegistryCredentials login) {
        return RegistryAccess.builder(host)
                .credentials(login)
                .caPem(caCertificate)
                .plainHttp(plainHttp);
    }

    /** The form. */
    @Extension
    @Symbol("registry")
    public static class DescriptorImpl extends Descriptor<RegistryTarget> {
        @Override
        public String getDisplayName() {
            return Messages.RegistryTarget_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.required(value));
        }

        @POST
        public FormValidation doCheckHost(@QueryParameter String value) {
            return Checks.asAdministrator(() -> {
                if (value.isBlank()) {
                    return Checks.required(value);
                }
                RegistryAccess.builder(value.strip());
                return FormValidation.ok();
            });
        }

        @POST
        public FormValidation doCheckCaCertificate(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.certificates(value));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @QueryParameter String credentialsId, @QueryParameter String host) {
            return Checks.credentials(
                    StandardUsernamePasswordCredentials.class,
                    RegistryLogins.domain(host),
                    RegistryLogins.matcher(),
                    credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value, @QueryParameter String host) {
            String id = fixNull(value).strip();
            return Checks.credentials(
                    id, () -> RegistryLogins.forJenkins(id, fixNull(host).strip()));
        }

        @POST
        public FormValidation doTestConnection(
                @QueryParameter String name,
                @QueryParameter String host,
                @QueryParameter String credentialsId,
                @QueryParameter String caCertificate,
                @QueryParameter boolean plainHttp) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            RegistryTarget target = new RegistryTarget(name, host);
            target.setCredentialsId(credentialsId);
            target.setCaCertificate(caCertificate);
            target.setPlainHttp(plainHttp);
            return Checks.of(() -> ConnectionTest.registry(target));
        }
    }
}
