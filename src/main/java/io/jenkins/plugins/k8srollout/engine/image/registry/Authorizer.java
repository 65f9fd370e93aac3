package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out how a registry wants to be authorized, from its first refusal, and from then on authorizes every request
 * at once. Thread-safe.
 */
final class Authorizer implements Authorization {
    private final RegistryAccess access;
    private final Endpoints endpoints;
    private final TokenCache tokens;
    private volatile Challenge known; // null until the registry has refused something

    Authorizer(RegistryAccess access, Endpoints endpoints, TokenCache tokens) {
        this.access = access;
        this.endpoints = endpoints;
        this.tokens = tokens;
    }

    @Override
    public CompletableFuture<Optional<String>> header(Call call, Scopes scopes) {
        Challenge challenge = known;
        if (challenge == null || !endpoints.isRegistry(call.address())) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (challenge.isBasic()) {
            boolean nothing = access.credentials().isAnonymous();
            return CompletableFuture.completedFuture(
                    nothing
                            ? Optional.empty()
                            : Optional.of(access.credentials().basic()));
        }
        return tokens.token(challenge, scopes, call.action()).thenApply(token -> Optional.of("Bearer " + token));
    }

    @Override
    public boolean refused(Answer answer, Optional<String> used) {
        if (!endpoints.isRegistry(answer.address())) {
            return false;
        }
        List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
        Optional<Challenge> usable = challenges.stream()
                .filter(Challenge::isBearer)
                .findFirst()
                .or(() -> challenges.stream().filter(Challenge::isBasic).findFirst());
        if (usable.isEmpty()) {
            return false;
        }
        known = usable.get();
        if (known.isBasic()) {
            return used.isEmpty() && !access.credentials().isAnonymous();
        }
        used.ifPresent(header -> tokens.forget(header.substring(header.indexOf(' ') + 1)));
        return true;
    }

    /** The rights the registry named in its refusal. */
    static Scopes named(Answer answer) {
        return Challenge.parse(answer.headers().allValues("WWW-Authenticate")).stream()
                .filter(Challenge::isBearer)
                .flatMap(challenge -> challenge.parameter("scope").stream())
                .map(Scopes::parse)
                .reduce(Scopes.NONE, Scopes::plus);
    }
}
