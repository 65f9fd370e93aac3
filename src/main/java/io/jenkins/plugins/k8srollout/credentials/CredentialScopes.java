package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.security.ACL;
import java.util.List;
import jenkins.model.Jenkins;

/** Who may use credentials. */
public final class CredentialScopes {
    private CredentialScopes() {}

    /** Whether Jenkins itself finds credentials of this id that no job does. */
    public static boolean isForJenkinsAlone(String id) {
        StandardCredentials found = CredentialsProvider.findCredentialByIdInItemGroup(
                id, StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of());
        return found != null && found.getScope() == CredentialsScope.SYSTEM;
    }
}
