package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Jenkins credentials that open a registry: user and password, such as a Harbor robot account's name and secret. */
public final class RegistryLogins {
    private static final String PURPOSE = "a registry";

    private RegistryLogins() {}

    /** The kinds that can open a registry, for lists in forms. */
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class);
    }

    /** What the domain of credentials for a registry is asked for, for lists in forms. */
    public static List<DomainRequirement> domain(String host) {
        return CredentialLookup.domain(url(host));
    }

    /**
     * As the build's job may use them; the use is tracked.
     *
     * @param id empty text for none
     * @param host of the registry, which the credentials' domain must allow
     * @throws ReleaseException if there are none of this id in the job's reach, or of another kind
     */
    public static RegistryCredentials forBuild(String id, Run<?, ?> build, String host) {
        return id.isEmpty()
                ? RegistryCredentials.anonymous()
                : login(CredentialLookup.forBuild(id, build, url(host), PURPOSE));
    }

    /**
     * As Jenkins itself may use them; the caller has checked that the user administers Jenkins.
     *
     * @param id empty text for none
     * @param host as for {@link #forBuild}
     * @throws ReleaseException as {@link #forBuild}
     */
    public static RegistryCredentials forJenkins(String id, String host) {
        return id.isEmpty()
                ? RegistryCredentials.anonymous()
                : login(CredentialLookup.forJenkins(id, url(host), PURPOSE));
    }

    /**
     * The content of a {@code kubernetes.io/dockerconfigjson} Secret.
     *
     * @param hosts registries that the credentials are for, as image names write them
     * @throws ReleaseException as {@link #forBuild}
     * @see <a href="https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets">its form</a>
     */
    public static String dockerConfig(String id, Run<?, ?> build, Set<String> hosts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode auths = root.putObject("auths");
        for (String host : hosts) {
            StandardUsernamePasswordCredentials user = user(CredentialLookup.forBuild(id, build, url(host), PURPOSE));
            String both = user.getUsername() + ":" + user.getPassword().getPlainText();
            auths.putObject(host.equals("docker.io") ? "https://index.docker.io/v1/" : host)
                    .put("auth", Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        }
        return root.toString();
    }

    private static String url(String host) {
        return host.isEmpty() ? "" : "https://" + host;
    }

    private static RegistryCredentials login(StandardCredentials found) {
        StandardUsernamePasswordCredentials user = user(found);
        return RegistryCredentials.password(
                user.getUsername(), user.getPassword().getPlainText());
    }

    private static StandardUsernamePasswordCredentials user(StandardCredentials found) {
        if (found instanceof StandardUsernamePasswordCredentials) {
            return (StandardUsernamePasswordCredentials) found;
        }
        throw CredentialLookup.wrongKind(found, PURPOSE, "username with password");
    }
}
