package io.jenkins.plugins.k8srollout.config;

import static hudson.Util.fixNull;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogin;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A cluster under the name that jobs use. Holds no secret, only the id of credentials. */
public class ClusterTarget extends AbstractDescribableImpl<ClusterTarget> {
    private final String name;
    private String serverUrl = "";
    private String caCertificate = "";
    private String credentialsId = "";
    private String context = "";
    private String namespace = "";
    private boolean inCluster;

    @DataBoundConstructor
    public ClusterTarget(String name) {
        this.name = fixNull(name).strip();
    }

    public String getName() {
        return name;
    }

    public String getServerUrl() {
        return serverUrl;
    }

    @DataBoundSetter
    public void setServerUrl(String serverUrl) {
        this.serverUrl = fixNull(serverUrl).strip();
    }

    public String getCaCertificate() {
        return caCertificate;
    }

    @DataBoundSetter
    public void setCaCertificate(String caCertificate) {
        this.caCertificate = fixNull(caCertificate).strip();
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = fixNull(credentialsId).strip();
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = fixNull(context).strip();
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = fixNull(namespace).strip();
    }

    public boolean isInCluster() {
        return inCluster;
    }

    @DataBoundSetter
    public void setInCluster(boolean inCluster) {
        this.inCluster = inCluster;
    }

    /**
     * The way to this cluster.
     *
     * @param login what {@link #getCredentialsId} has come to in the caller's context
     * @throws ReleaseException (refused input) if the settings do not make up one way
     */
    public ClusterAccess access(ClusterLogin login) {
        ClusterAccess access = accessOf(login);
        return namespace.isEmpty() ? access : access.withNamespace(namespace);
    }

    private ClusterAccess accessOf(ClusterLogin login) {
        boolean kubeconfig = login.kind() == ClusterLogin.Kind.KUBECONFIG;
        if (inCluster) {
            requireNo(!serverUrl.isEmpty() || !credentialsId.isEmpty(), "the server's URL and credentials");
            return ClusterAccess.inCluster();
        }
        if (kubeconfig) {
            requireNo(!serverUrl.isEmpty() || !caCertificate.isEmpty(), "the server's URL and certificate");
            return ClusterAccess.kubeconfigText(login.secret(), context);
        }
        if (serverUrl.isEmpty()) {
            throw refused("neither a kubeconfig, nor a server's URL, nor 'in this cluster' is set", "Set one of them");
        }
        ClusterAccess server = ClusterAccess.server(serverUrl, caCertificate);
        return switch (login.kind()) {
            case TOKEN -> server.withToken(login.secret());
            case PASSWORD -> server.withUser(login.user(), login.secret());
            default -> server;
        };
    }

    private void requireNo(boolean present, String what) {
        if (present) {
            throw refused(what + " are set as well, but come from elsewhere here", "Leave them empty");
        }
    }

    private ReleaseException refused(String reason, String remedy) {
        return ReleaseException.refused("reach the cluster", name, reason, remedy);
    }

    /** The form. */
    @Extension
    @Symbol("cluster")
    public static class DescriptorImpl extends Descriptor<ClusterTarget> {
        @Override
        public String getDisplayName() {
            return Messages.ClusterTarget_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.required(value));
        }

        @POST
        public FormValidation doCheckServerUrl(@QueryParameter String value) {
            return Checks.asAdministrator(() -> {
                if (!value.isBlank()) {
                    ClusterAccess.server(value, "");
                }
                return FormValidation.ok();
            });
        }

        @POST
        public FormValidation doCheckCaCertificate(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.certificates(value));
        }

        @POST
        public FormValidation doCheckNamespace(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.namespace(value));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return Checks.credentials(StandardCredentials.class, ClusterLogins.matcher(), credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value) {
            return Checks.asAdministrator(() -> {
                ClusterLogins.forJenkins(fixNull(value).strip());
                return FormValidation.ok();
            });
        }

        @POST
        public FormValidation doTestConnection(
                @QueryParameter String name,
                @QueryParameter String serverUrl,
                @QueryParameter String caCertificate,
                @QueryParameter String credentialsId,
                @QueryParameter String context,
                @QueryParameter String namespace,
                @QueryParameter boolean inCluster) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            ClusterTarget target = new ClusterTarget(name);
            target.setServerUrl(serverUrl);
            target.setCaCertificate(caCertificate);
            target.setCredentialsId(credentialsId);
            target.setContext(context);
            target.setNamespace(namespace);
            target.setInCluster(inCluster);
            return Checks.of(() -> ConnectionTest.cluster(target));
        }
    }
}
