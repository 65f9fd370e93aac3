package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Sends by the JDK's HTTP client: requests and answers of any size, ended when they stall. No method waits. */
final class HttpSender implements Sender {
    // A registry that has got all of a blob may first have to hash it or to send it on to an object store.
    private static final int DIGESTING = 5;

    private final RegistryAccess access;
    private final Scheduler scheduler;
    private final LongConsumer sent;
    private final Optional<Duration> longest;
    private final HttpClient http;
    private final Set<CompletableFuture<?>> underway = ConcurrentHashMap.newKeySet();

    private record Body(byte[] content, InputStream stream) {}

    /** @param sent told of the bytes of payloads */
    HttpSender(RegistryAccess access, Scheduler scheduler, LongConsumer sent) {
        this(access, scheduler, sent, Optional.empty());
    }

    /** @param longest what one request may take in all, however steadily something moves */
    HttpSender(RegistryAccess access, Scheduler scheduler, LongConsumer sent, Optional<Duration> longest) {
        this.access = access;
        this.scheduler = scheduler;
        this.sent = sent;
        this.longest = longest;
        this.http = TrustedHttp.client(access);
    }

    @Override
    public CompletableFuture<Answer> send(Call call, Optional<String> authorization) {
        Payload.Reading[] reading = new Payload.Reading[1];
        CompletableFuture<Answer> result = new CompletableFuture<>();
        CompletableFuture<?>[] sending = new CompletableFuture<?>[1];
        StallGuard guard = new StallGuard(scheduler, access.answerTimeout(), () -> {
            result.completeExceptionally(silent(call));
            sending[0].cancel(true);
        });
        HttpRequest request;
        try {
            reading[0] = call.payload() == null ? null : open(call.payload(), guard);
            request = request(call, authorization, reading[0]);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(NetworkFailure.unreadable(e, call.action()));
        }
        CompletableFuture<HttpResponse<Body>> exchange = http.sendAsync(request, bodies(call, guard));
        sending[0] = exchange;
        underway.add(exchange);
        call.abort().watch(exchange);
        guard.moved();
        Optional<Scheduler.Cancellable> end = longest.map(limit -> scheduler.after(limit, () -> {
            result.completeExceptionally(endless(call, limit));
            exchange.cancel(true);
        }));
        exchange.whenComplete((response, failure) -> {
            end.ifPresent(Scheduler.Cancellable::cancel);
            underway.remove(exchange);
            guard.close();
            close(reading[0]);
            if (failure == null) {
                result.complete(new Answer(
                        response.statusCode(),
                        response.headers(),
                        call.address(),
                        response.body().content(),
                        response.body().stream()));
            } else {
                result.completeExceptionally(failure(call, reading[0], failure));
            }
        });
        return result;
    }

    private Payload.Reading open(Payload payload, StallGuard guard) throws IOException {
        long[] left = {payload.length()};
        return payload.open(count -> {
            sent.accept(count);
            left[0] -= count;
            if (left[0] == 0) {
                guard.allow(access.answerTimeout().multipliedBy(DIGESTING));
            } else {
                guard.moved();
            }
        });
    }

    private static HttpRequest request(Call call, Optional<String> authorization, Payload.Reading reading) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.address()).header("User-Agent", "kubernetes-rollout");
        call.headers().forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        if (reading == null || call.payload().length() == 0) {
            return request.method(call.method(), HttpRequest.BodyPublishers.noBody())
                    .build();
        }
        // the length is told, since many registries and object stores refuse a body without one
        return request.header("Content-Type", call.payload().mediaType())
                .method(
                        call.method(),
                        HttpRequest.BodyPublishers.fromPublisher(
                                HttpRequest.BodyPublishers.ofInputStream(() -> reading),
                                call.payload().length()))
                .build();
    }

    private static HttpResponse.BodyHandler<Body> bodies(Call call, StallGuard guard) {
        return info -> {
            guard.moved();
            return call.streamed() && (info.statusCode() == 200 || info.statusCode() == 206)
                    ? HttpResponse.BodySubscribers.mapping(
                            HttpResponse.BodySubscribers.ofInputStream(), stream -> new Body(new byte[0], stream))
                    : HttpResponse.BodySubscribers.mapping(
                            new LimitedBytes(call.mostContent(), guard::moved), content -> new Body(content, null));
        };
    }

    private Throwable failure(Call call, Payload.Reading reading, Throwable failure) {
        IOException unreadable = reading == null ? null : reading.failure();
        return unreadable == null
                ? NetworkFailure.of(Retry.unwrapped(failure), call.address(), call.action())
                : NetworkFailure.unreadable(unreadable, call.action());
    }

    private TransientException silent(Call call) {
        Duration limit = access.answerTimeout();
        return new TransientException(
                call.address().getScheme() + "://" + call.address().getRawAuthority() + ": nothing moved for "
                        + limit.toSeconds() + " s",
                "Check the registry's load, and any proxy between it and this machine",
                null);
    }

    private static TransientException endless(Call call, Duration limit) {
        return new TransientException(
                call.address().getScheme() + "://" + call.address().getRawAuthority() + ": no end of the answer in "
                        + limit.toSeconds() + " s",
                "Check the server's load, and any proxy between it and this machine",
                null);
    }

    private static void close(InputStream reading) {
        if (reading != null) {
            try {
                reading.close();
            } catch (IOException e) {
                // it was only read: nothing is lost
                return;
            }
        }
    }

    @Override
    public void close() {
        underway.forEach(exchange -> exchange.cancel(true));
    }
}
