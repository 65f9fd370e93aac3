package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sends user and password with every request to the registry's own host, unasked. Thread-safe. */
final class BasicAuthorization implements Authorization {
    private final RegistryCredentials credentials;
    private final Endpoints endpoints;

    BasicAuthorization(RegistryAccess access, Endpoints endpoints) {
        this.credentials = access.credentials();
        this.endpoints = endpoints;
    }

    @Override
    public CompletableFuture<Optional<String>> header(Call call, Scopes scopes) {
        // An identity token is for the token server alone.
        boolean nobody = credentials.isAnonymous() || credentials.isIdentityToken();
        return CompletableFuture.completedFuture(
                nobody || !endpoints.isRegistry(call.address()) ? Optional.empty() : Optional.of(credentials.basic()));
    }

    @Override
    public boolean refused(Answer answer, Optional<String> used) {
        return false;
    }
}
