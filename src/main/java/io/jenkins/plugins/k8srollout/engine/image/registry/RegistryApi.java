package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.http.HttpPort;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The API that a registry's product has beside the distribution API, on the same host: same trust, proxy, redirects and
 * patience as {@link RegistryClient}, but user and password with every request instead of tokens. Thread-safe.
 */
public final class RegistryApi implements HttpPort {
    // No answer to an API call takes longer; one that drips in byte by byte never stalls.
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final String JSON = "application/json";

    private final RegistryAccess access;
    private final Exchange exchange;

    private RegistryApi(RegistryAccess access, ProgressSink sink, Scheduler scheduler) {
        this.access = access;
        Endpoints endpoints = new Endpoints(access.origin());
        Sender sender = new HttpSender(access, scheduler, count -> {}, Optional.of(LONGEST));
        Retry retry = new Retry(scheduler, sink, access.patience(), () -> ThreadLocalRandom.current()
                .nextDouble());
        this.exchange = new Exchange(
                access,
                new Transport(access, endpoints, sender),
                new BasicAuthorization(access, endpoints),
                retry,
                scheduler);
    }

    /** Sends nothing yet. */
    public static RegistryApi open(RegistryAccess access, ProgressSink sink) {
        return open(access, sink, new JdkScheduler());
    }

    /** With a clock of the caller's. */
    public static RegistryApi open(RegistryAccess access, ProgressSink sink, Scheduler scheduler) {
        return new RegistryApi(access, sink, scheduler);
    }

    @Override
    public String server() {
        return access.registry();
    }

    @Override
    public String who() {
        return access.credentials().who();
    }

    @Override
    public Optional<String> user() {
        RegistryCredentials who = access.credentials();
        return who.isAnonymous() || who.isIdentityToken() ? Optional.empty() : Optional.of(who.user());
    }

    @Override
    public HttpAnswer send(HttpCall call) {
        Answer answer = exchange.send(call(call));
        return new HttpAnswer(
                answer.status(), answer.headers(), answer.content(), RegistryErrors.words(answer, access));
    }

    private Call call(HttpCall from) {
        URI address = URI.create(access.origin() + from.target());
        Action action = new Action(from.attempted(), from.object());
        Payload payload = from.body() == null ? null : Payload.of(from.body(), JSON);
        Call call = Call.sending(from.method(), address, payload, Scopes.NONE, action)
                .with("Accept", JSON)
                .limited(from.mostBytes());
        for (Map.Entry<String, String> header : from.headers().entrySet()) {
            call = call.with(header.getKey(), header.getValue());
        }
        return call;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
