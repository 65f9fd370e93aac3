package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a token server. Thread-safe.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Docker token protocol</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">its OAuth 2 form</a>
 */
final class TokenService {
    // The protocol's default, "for compatibility with older clients", where a token server names no time.
    private static final long DEFAULT_SECONDS = 60;
    // A token is given up before its end, so that it does not expire on the way; of short ones a tenth is enough.
    private static final long MOST_MARGIN_SECONDS = 20;
    private static final int TENTH = 10;

    private final RegistryAccess access;
    private final Transport transport;
    private final Scheduler scheduler;

    /** @param expires when it is to be used no more */
    record Token(String value, Instant expires) {
        @Override
        public String toString() {
            return "token until " + expires;
        }
    }

    TokenService(RegistryAccess access, Transport transport, Scheduler scheduler) {
        this.access = access;
        this.transport = transport;
        this.scheduler = scheduler;
    }

    /** One try; ends as {@link Transport#send} does. */
    CompletableFuture<Token> fetch(Challenge challenge, Scopes scopes, Action action) {
        URI realm;
        try {
            realm = realm(challenge, action);
        } catch (ReleaseException e) {
            return CompletableFuture.failedFuture(e);
        }
        boolean oauth = access.credentials().isIdentityToken();
        Call call = oauth ? exchanging(realm, challenge, scopes, action) : asking(realm, challenge, scopes, action);
        Optional<String> basic = oauth || access.credentials().isAnonymous()
                ? Optional.empty()
                : Optional.of(access.credentials().basic());
        CompletableFuture<Answer> sent = oauth ? transport.sendSecret(call) : transport.send(call, basic);
        return sent.thenCompose(answer -> read(answer, action));
    }

    private URI realm(Challenge challenge, Action action) {
        String text = challenge.parameter("realm").orElse("");
        URI realm;
        try {
            realm = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw unusable(
                    action, "it names no valid address of a token server", "Check the registry's token settings");
        }
        if (realm.getHost() == null || !realm.getScheme().matches("(?i)https?")) {
            throw unusable(
                    action, "it names no valid address of a token server", "Check the registry's token settings");
        }
        return realm;
    }

    private Call asking(URI realm, Challenge challenge, Scopes scopes, Action action) {
        StringJoiner query = new StringJoiner("&");
        challenge.parameter("service").ifPresent(service -> query.add("service=" + encoded(service)));
        scopes.words().forEach(scope -> query.add("scope=" + encoded(scope)));
        if (!access.credentials().isAnonymous()) {
            query.add("account=" + encoded(access.credentials().user()));
        }
        String separator = realm.getRawQuery() == null ? "?" : "&";
        return Call.get(query.length() == 0 ? realm : URI.create(realm + separator + query), Scopes.NONE, action);
    }

    private Call exchanging(URI realm, Challenge challenge, Scopes scopes, Action action) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("service", challenge.parameter("service").orElse(""));
        form.put("client_id", "kubernetes-rollout");
        form.put("scope", scopes.toString());
        form.put("refresh_token", access.credentials().secret());
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(name + "=" + encoded(value)));
        return Call.sending(
                "POST",
                realm,
                Payload.of(body.toString().getBytes(StandardCharsets.UTF_8), "application/x-www-form-urlencoded"),
                Scopes.NONE,
                action);
    }

    private CompletableFuture<Token> read(Answer answer, Action action) {
        Optional<TransientException> passing = PassingAnswer.of(answer, access, "its token server", scheduler.now());
        if (passing.isPresent()) {
            return CompletableFuture.failedFuture(passing.get());
        }
        if (!answer.succeeded()) {
            return CompletableFuture.failedFuture(RegistryErrors.of(answer, action, access, "its token server"));
        }
        try {
            return CompletableFuture.completedFuture(token(new ObjectMapper().readTree(answer.content()), action));
        } catch (JsonProcessingException e) {
            return CompletableFuture.failedFuture(
                    unusable(action, "its token server answered no JSON", "Check the registry's token settings"));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
    }

    private Token token(JsonNode answer, Action action) {
        String value = answer.path("token").asText("");
        value = value.isEmpty() ? answer.path("access_token").asText("") : value;
        if (value.isEmpty()) {
            throw unusable(action, "its token server gave no token", "Check the registry's token settings");
        }
        long stated = answer.path("expires_in").asLong();
        long seconds = stated > 0 ? stated : DEFAULT_SECONDS;
        long margin = Math.min(MOST_MARGIN_SECONDS, seconds / TENTH);
        return new Token(value, scheduler.now().plus(Duration.ofSeconds(seconds - margin)));
    }

    private ReleaseException unusable(Action action, String reason, String remedy) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                action.attempted(),
                action.object(),
                "the registry " + access.registry() + " asks for a token, but " + reason,
                remedy));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
