package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
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
     * @param url of what they are to open, which their domain must allow; empty text if it is not known
     * @throws ReleaseException (not permitted) if the job can see none of this id
     */
    static StandardCredentials forBuild(String id, Run<?, ?> build, String url, String purpose) {
        StandardCredentials found = again(id, build, url, purpose);
        CredentialsProvider.track(build, found);
        return found;
    }

    /** As {@link #forBuild}, for a build that has used them before. */
    static StandardCredentials again(String id, Run<?, ?> build, String url, String purpose) {
        StandardCredentials found =
                CredentialsProvider.findCredentialById(id, StandardCredentials.class, build, domain(url));
        if (found == null) {
            String who = "the job " + build.getParent().getFullName();
            throw missing(id, purpose, who + " can see no credentials of this id" + whereTo(url));
        }
        return CredentialsProvider.snapshot(StandardCredentials.class, found);
    }

    /**
     * As Jenkins itself may use them; only for administrators' connection tests.
     *
     * @param url as for {@link #forBuild}
     * @throws ReleaseException (not permitted) if there are none of this id
     */
    static StandardCredentials forJenkins(String id, String url, String purpose) {
        StandardCredentials found = CredentialsProvider.findCredentialByIdInItemGroup(
                id, StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, domain(url));
        if (found == null) {
            throw missing(id, purpose, "Jenkins has no global credentials of this id" + whereTo(url));
        }
        return found;
    }

    /** What the domain of credentials is asked for. */
    static List<DomainRequirement> domain(String url) {
        return url.isEmpty() ? List.of() : URIRequirementBuilder.fromUri(url).build();
    }

    private static String whereTo(String url) {
        return url.isEmpty() ? "" : " in a domain for " + url;
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
                "Add them to Jenkins with the scope Global or to a folder of the job, in a domain that allows what they"
                        + " open, or correct the id"));
    }
}
