package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.model.Run;
import hudson.security.ACL;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import jenkins.model.Jenkins;

/** Finds credentials of any kind by their id, and says what was found where they do not fit. */
final class CredentialLookup {
    private CredentialLookup() {}

    /**
     * As the build's job may use them, its folders' included; the use is tracked.
     *
     * @throws ReleaseException (not permitted) if the job can see none of this id
     */
    static StandardCredentials forBuild(String id, Run<?, ?> build, String purpose) {
        StandardCredentials found =
                CredentialsProvider.findCredentialById(id, StandardCredentials.class, build, List.of());
        if (found == null) {
            throw missing(
                    id, purpose, "the job " + build.getParent().getFullName() + " can see no credentials of this id");
        }
        CredentialsProvider.track(build, found);
        return CredentialsProvider.snapshot(StandardCredentials.class, found);
    }

    /**
     * As Jenkins itself may use them; only for administrators' connection tests.
     *
     * @throws ReleaseException (not permitted) if there are none of this id
     */
    static StandardCredentials forJenkins(String id, String purpose) {
        StandardCredentials found = CredentialsProvider.findCredentialByIdInItemGroup(
                id, StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of());
        if (found == null) {
            throw missing(id, purpose, "Jenkins has no global credentials of this id");
        }
        return found;
    }

    static ReleaseException wrongKind(StandardCredentials found, String purpose, String... kinds) {
        return ReleaseException.refused(
                "use credentials for " + purpose,
                found.getId(),
                "they are of the kind '" + found.getDescriptor().getDisplayName() + "'",
                "Choose credentials of a kind that fits",
                kinds);
    }

    private static ReleaseException missing(String id, String purpose, String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                "find credentials for " + purpose,
                id,
                reason,
                "Add them to Jenkins or to a folder of the job, or correct the id"));
    }
}
