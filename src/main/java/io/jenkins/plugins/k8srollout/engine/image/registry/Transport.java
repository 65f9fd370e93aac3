package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends single requests: follows redirects without taking credentials along, ends what has stalled, counts what is
 * sent. Thread-safe; no method waits.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    // Manifests may be 4 MiB (the limit of the reference registry); configurations are smaller still.
    private static final int MOST_CONTENT = 8 << 20;
    // A registry that has got all of a blob may first have to hash it or to send it on to an object store.
    private static final int DIGESTING = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistryAccess access;
    private final Endpoints endpoints;
    private final Scheduler scheduler;
    private final HttpClient http;
    private final AtomicLong sentBytes = new AtomicLong();
    private final Set<CompletableFuture<?>> underway = ConcurrentHashMap.newKeySet();

    private record Body(byte[] content, InputStream stream) {}

    Transport(RegistryAccess access, Endpoints endpoints, Scheduler scheduler) {
        this.access = access;
        this.endpoints = endpoints;
        this.scheduler = scheduler;
        this.http = TrustedHttp.client(access);
    }

    long sentBytes() {
        return sentBytes.get();
    }

    /**
     * Ends with the answer, whatever its status; or with a {@link TransientException} or {@link ReleaseException}.
     *
     * @param authorization the header's value; goes to the call's own host only
     */
    CompletableFuture<Answer> send(Call call, Optional<String> authorization) {
        return follow(call, call.address(), authorization, MOST_REDIRECTS);
    }

    private CompletableFuture<Answer> follow(Call call, URI first, Optional<String> authorization, int redirects) {
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
            return follow(call.to(target), first, authorization, redirects - 1);
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
        CompletableFuture<HttpResponse<Body>> sent = http.sendAsync(request, bodies(call, guard));
        sending[0] = sent;
        underway.add(sent);
        call.abort().watch(sent);
        guard.moved();
        sent.whenComplete((response, failure) -> {
            underway.remove(sent);
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
            sentBytes.addAndGet(count);
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
                            new LimitedBytes(MOST_CONTENT, guard::moved), content -> new Body(content, null));
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

    /** Ends what is under way. */
    @Override
    public void close() {
        underway.forEach(sent -> sent.cancel(true));
    }
}
