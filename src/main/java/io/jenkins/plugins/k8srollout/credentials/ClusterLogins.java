package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogin.Kind;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** Jenkins credentials that open a cluster: a kubeconfig as secret file, a token as secret text, a client certificate, or user and password. */
public final class ClusterLogins {
    private static final String PURPOSE = "a cluster";
    private static final int LARGEST_KUBECONFIG = 1 << 20;

    private ClusterLogins() {}

    /** The kinds that can open a cluster, for lists in forms. */
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.anyOf(
                CredentialsMatchers.instanceOf(FileCredentials.class),
                CredentialsMatchers.instanceOf(StringCredentials.class),
                CredentialsMatchers.instanceOf(StandardCertificateCredentials.class),
                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));
    }

    /** What the domain of credentials for a server is asked for, for lists in forms. */
    public static List<DomainRequirement> domain(String url) {
        return CredentialLookup.domain(url);
    }

    /**
     * As the build's job may use them; the use is tracked.
     *
     * @param id empty text for none
     * @param url the server's, which the credentials' domain must allow; empty text if it is not known
     * @throws ReleaseException if there are none of this id in the job's reach, or of another kind
     */
    public static ClusterLogin forBuild(String id, Run<?, ?> build, String url) {
        return id.isEmpty() ? ClusterLogin.NONE : login(CredentialLookup.forBuild(id, build, url, PURPOSE));
    }

    /** As {@link #forBuild}, for a build that has used them before: they may have been replaced since. */
    public static ClusterLogin again(String id, Run<?, ?> build, String url) {
        return id.isEmpty() ? ClusterLogin.NONE : login(CredentialLookup.again(id, build, url, PURPOSE));
    }

    /**
     * As Jenkins itself may use them; the caller has checked that the user administers Jenkins.
     *
     * @param id empty text for none
     * @param url as for {@link #forBuild}
     * @throws ReleaseException as {@link #forBuild}
     */
    public static ClusterLogin forJenkins(String id, String url) {
        return id.isEmpty() ? ClusterLogin.NONE : login(CredentialLookup.forJenkins(id, url, PURPOSE));
    }

    private static ClusterLogin login(StandardCredentials found) {
        if (found instanceof FileCredentials) {
            return new ClusterLogin(Kind.KUBECONFIG, "", text((FileCredentials) found));
        }
        if (found instanceof StringCredentials) {
            return new ClusterLogin(
                    Kind.TOKEN, "", ((StringCredentials) found).getSecret().getPlainText());
        }
        if (found instanceof StandardUsernamePasswordCredentials) {
            StandardUsernamePasswordCredentials user = (StandardUsernamePasswordCredentials) found;
            return new ClusterLogin(
                    Kind.PASSWORD, user.getUsername(), user.getPassword().getPlainText());
        }
        if (found instanceof StandardCertificateCredentials) {
            return ClientCertificate.login((StandardCertificateCredentials) found);
        }
        throw CredentialLookup.wrongKind(
                found,
                PURPOSE,
                "secret file (a kubeconfig)",
                "secret text (a token)",
                "certificate",
                "username with password");
    }

    private static String text(FileCredentials file) {
        try (InputStream content = file.getContent()) {
            byte[] bytes = content.readNBytes(LARGEST_KUBECONFIG + 1);
            if (bytes.length > LARGEST_KUBECONFIG) {
                throw ReleaseException.refused(
                        "read the kubeconfig",
                        file.getId(),
                        "it is larger than 1 MiB, so it is hardly a kubeconfig",
                        "Choose the credentials that hold the kubeconfig");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.NOT_PERMITTED,
                            "read the kubeconfig",
                            file.getId(),
                            "the secret file cannot be read",
                            "Upload the file again"),
                    e);
        }
    }
}
