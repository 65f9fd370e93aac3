package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Keeps tokens by their rights until they expire; asks once where many want the same. Thread-safe. */
final class TokenCache {
    private final TokenService service;
    private final Scheduler scheduler;
    private final Map<Scopes, CompletableFuture<TokenService.Token>> tokens = new HashMap<>();

    TokenCache(TokenService service, Scheduler scheduler) {
        this.service = service;
        this.scheduler = scheduler;
    }

    /** A token with these rights or more. */
    CompletableFuture<String> token(Challenge challenge, Scopes scopes, Action action) {
        return entry(challenge, scopes, action).thenApply(TokenService.Token::value);
    }

    private synchronized CompletableFuture<TokenService.Token> entry(
            Challenge challenge, Scopes scopes, Action action) {
        Instant now = scheduler.now();
        tokens.values().removeIf(entry -> isSpent(entry, now));
        return tokens.entrySet().stream()
                .filter(entry -> serves(entry.getKey(), scopes))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> {
                    CompletableFuture<TokenService.Token> fresh = service.fetch(challenge, scopes, action);
                    tokens.put(scopes, fresh);
                    return fresh;
                });
    }

    private static boolean serves(Scopes held, Scopes wanted) {
        // a token without any rights is only good for what needs none
        return held.equals(wanted) || !wanted.equals(Scopes.NONE) && held.cover(wanted);
    }

    private static boolean isSpent(CompletableFuture<TokenService.Token> entry, Instant now) {
        return entry.isDone()
                && (entry.isCompletedExceptionally() || !entry.join().expires().isAfter(now));
    }

    /** The registry has refused it. */
    synchronized void forget(String value) {
        tokens.values()
                .removeIf(entry -> entry.isDone()
                        && !entry.isCompletedExceptionally()
                        && entry.join().value().equals(value));
    }
}
