package io.jenkins.plugins.k8srollout.config;

import static hudson.Util.fixNull;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.Extension;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogin;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A cluster under the name that jobs use. */
public class ClusterTarget extends ClusterFields {
    @DataBoundConstructor
    public ClusterTarget(String name) {
        super(name);
    }

    /**
     * The way to this cluster.
     *
     * @param login what {@link #getCredentialsId} has come to in the caller's context
     * @throws ReleaseException (refused input) if the settings do not make up one way
     */
    public ClusterAccess access(ClusterLogin login) {
        ClusterAccess access = accessOf(login);
        return getNamespace().isEmpty() ? access : access.withNamespace(getNamespace());
    }

    private ClusterAccess accessOf(ClusterLogin login) {
        boolean server = !getServerUrl().isEmpty();
        if (isInCluster()) {
            requireNo(server || !getCredentialsId().isEmpty(), "the server's URL and credentials");
            return ClusterAccess.inCluster();
        }
        if (login.kind() == ClusterLogin.Kind.KUBECONFIG) {
            requireNo(server || !getCaCertificate().isEmpty(), "the server's URL and certificate");
            return ClusterAccess.kubeconfigText(login.secret(), getContext());
        }
        if (!server) {
            throw refused("neither a kubeconfig, nor a server's URL, nor 'in this cluster' is set", "Set one of them");
        }
        ClusterAccess plain = ClusterAccess.server(getServerUrl(), getCaCertificate());
        return switch (login.kind()) {
            case TOKEN -> plain.withToken(login.secret());
            case PASSWORD -> plain.withUser(login.user(), login.secret());
            case CERTIFICATE -> plain.withClientCertificate(login.user(), login.secret());
            default -> plain;
        };
    }

    private void requireNo(boolean present, String what) {
        if (present) {
            throw refused(what + " are set as well, but come from elsewhere here", "Leave them empty");
        }
    }

    private ReleaseException refused(String reason, String remedy) {
        return ReleaseException.refused("reach the cluster", getName(), reason, remedy);
    }

    /** The form. */
    @Extension
    @Symbol("cluster")
    public static class DescriptorImpl extends Descriptor<ClusterTarget> {
        @Override
        public String getDisplayName() {
            return Messages.ClusterTarget_displayName();
        }

        /** For text areas: an entry on each line. */
        public String linesOf(Object value) {
            return value instanceof List
                    ? ((List<?>) value).stream().map(String::valueOf).collect(Collectors.joining("\n"))
                    : "";
        }

        @POST
        public FormValidation doCheckFolders(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.folders(value));
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return Checks.asAdministrator(() -> Checks.required(value));
        }

        @POST
        public FormValidation doCheckServerUrl(@QueryParameter String value) {
            return Checks.asAdministrator(() -> {
                if (value.isBlank()) {
                    return FormValidation.ok();
                }
                ClusterAccess.server(value, "");
                return value.strip().startsWith("http:")
                        ? FormValidation.warning(Messages.Checks_plainHttp())
                        : FormValidation.ok();
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
        public ListBoxModel doFillCredentialsIdItems(
                @QueryParameter String credentialsId, @QueryParameter String serverUrl) {
            return Checks.credentials(
                    StandardCredentials.class, ClusterLogins.domain(serverUrl), ClusterLogins.matcher(), credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value, @QueryParameter String serverUrl) {
            String id = fixNull(value).strip();
            return Checks.credentials(
                    id, () -> ClusterLogins.forJenkins(id, fixNull(serverUrl).strip()));
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
