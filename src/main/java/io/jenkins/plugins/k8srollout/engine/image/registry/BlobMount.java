package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Has a registry share a blob that another of its repositories holds. One use, one thread.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository">
 *     OCI: mounting</a>
 */
final class BlobMount {
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;

    private final Exchange exchange;
    private final Endpoints endpoints;
    private final String repository;
    private final ImageDigest digest;
    private final Action action;
    private URI session; // null while the registry has not opened one

    BlobMount(Exchange exchange, Endpoints endpoints, String repository, ImageDigest digest, Action action) {
        this.exchange = exchange;
        this.endpoints = endpoints;
        this.repository = repository;
        this.digest = digest;
        this.action = action;
    }

    /** Whether one of them had it. */
    boolean from(List<String> candidates) {
        for (String candidate : new LinkedHashSet<>(candidates)) {
            if (!candidate.equals(repository) && from(candidate)) {
                drop();
                return true;
            }
        }
        return false;
    }

    /** A registry that does not mount opens an upload instead; null if none did. */
    URI session() {
        return session;
    }

    private boolean from(String candidate) {
        Scopes scopes = Scopes.push(repository).plus(Scopes.pull(candidate));
        Call call =
                Call.sending("POST", endpoints.mount(repository, digest, candidate), Payload.empty(), scopes, action);
        Answer answer;
        try {
            answer = exchange.send(call);
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.NOT_PERMITTED) {
                // some token servers refuse the whole token when one repository may not be read
                return false;
            }
            throw e;
        }
        if (answer.status() == ACCEPTED) {
            drop();
            session = answer.header("Location")
                    .map(location -> endpoints.located(answer.address(), location))
                    .orElse(null);
        }
        return answer.status() == CREATED;
    }

    // Sessions that nobody ends stay on the registry's disk for days.
    private void drop() {
        if (session != null) {
            exchange.forget(Call.delete(session, Scopes.push(repository), action));
            session = null;
        }
    }
}
