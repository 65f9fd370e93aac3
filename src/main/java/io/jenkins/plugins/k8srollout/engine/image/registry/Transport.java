package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Sends single requests, follows redirects without taking credentials along, and refuses to be led to where nothing is
 * encrypted. Thread-safe.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistryAccess access;
    private final Endpoints endpoints;
    private final Sender sender;

    Transport(RegistryAccess access, Endpoints endpoints, Sender sender) {
        this.access = access;
        this.endpoints = endpoints;
        this.sender = sender;
    }

    /**
     * Ends with the answer, whatever its status; or with a {@link TransientException} or {@link ReleaseException}.
     *
     * @param authorization the header's value; goes to the call's own host only
     */
    CompletableFuture<Answer> send(Call call, Optional<String> authorization) {
        return follow(call, call.address(), authorization, false, MOST_REDIRECTS);
    }

    /** As {@link #send}, for a payload that is a secret itself: no redirect takes it to another host. */
    CompletableFuture<Answer> sendSecret(Call call) {
        return follow(call, call.address(), Optional.empty(), true, MOST_REDIRECTS);
    }

    private CompletableFuture<Answer> follow(
            Call call, URI first, Optional<String> authorization, boolean secret, int redirects) {
        boolean home = Endpoints.sameOrigin(first, call.address());
        return exchange(call, home ? authorization : Optional.empty()).thenCompose(answer -> {
            Optional<String> location = answer.header("Location");
            if (!REDIRECTS.contains(answer.status()) || location.isEmpty()) {
                return CompletableFuture.completedFuture(answer);
            }
            if (redirects == 0) {
                return CompletableFuture.failedFuture(
                        notFollowed(call, "the redirect leads on and on", "Check the registry and its proxies"));
            }
            URI target = endpoints.located(answer.address(), location.get());
            if (secret && !Endpoints.sameOrigin(first, target)) {
                return CompletableFuture.failedFuture(notFollowed(
                        call,
                        "its token server leads to " + target.getScheme() + "://" + target.getRawAuthority()
                                + ", which would get the identity token",
                        "Have the registry name its token server's final address, or use a user and password"));
            }
            return follow(call.to(target), first, authorization, secret, redirects - 1);
        });
    }

    private static ReleaseException notFollowed(Call call, String reason, String remedy) {
        return new ReleaseException(new Problem(
                Problem.Kind.UNREACHABLE,
                call.action().attempted(),
                call.action().object(),
                reason,
                remedy));
    }

    private CompletableFuture<Answer> exchange(Call call, Optional<String> authorization) {
        if (!access.plainHttp() && !"https".equalsIgnoreCase(call.address().getScheme())) {
            return CompletableFuture.failedFuture(notFollowed(
                    call,
                    "the registry leads to " + call.address().getScheme() + "://"
                            + call.address().getRawAuthority() + ", which is not encrypted",
                    "Set the registry's own address and that of its token server to https (in Harbor: external_url)"));
        }
        return sender.send(call, authorization);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        sender.close();
    }
}
