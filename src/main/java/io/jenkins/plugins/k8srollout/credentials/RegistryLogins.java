package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/** Jenkins credentials that open a registry: user and password, such as a Harbor robot account's name and secret. */
public final class RegistryLogins {
    private static final String PURPOSE = "a registry";

    private RegistryLogins() {}

    /** The kinds that can open a registry, for lists in forms. */
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class);
    }

    /**
     * As the build's job may use them; the use is tracked.
     *
     * @param id empty text for none
     * @throws ReleaseException if there are none of this id in the job's reach, or of another kind
     */
    public static RegistryCredentials forBuild(String id, Run<?, ?> build) {
        return id.isEmpty() ? RegistryCredentials.anonymous() : login(CredentialLookup.forBuild(id, build, PURPOSE));
    }

    /**
     * As Jenkins itself may use them; the caller has checked that the user administers Jenkins.
     *
     * @param id empty text for none
     * @throws ReleaseException as {@link #forBuild}
     */
    public static RegistryCredentials forJenkins(String id) {
        return id.isEmpty() ? RegistryCredentials.anonymous() : login(CredentialLookup.forJenkins(id, PURPOSE));
    }

    private static RegistryCredentials login(StandardCredentials found) {
        if (found instanceof StandardUsernamePasswordCredentials) {
            StandardUsernamePasswordCredentials user = (StandardUsernamePasswordCredentials) found;
            return RegistryCredentials.password(user.getUsername(), user.getPassword().getPlainText());
        }
        throw CredentialLookup.wrongKind(found, PURPOSE, "username with password");
    }
}
