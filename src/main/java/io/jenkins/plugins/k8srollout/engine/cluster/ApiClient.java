package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends requests to one API server and tries again, on the scheduler's time, what may pass. Every request here may be
 * repeated: reads are, server-side apply and merge patches come to the same result, deletion takes absence for done.
 * Thread-safe; holds no thread while it waits.
 */
final class ApiClient {
    // Longer than the 30 s a webhook may take, which the server's answer then waits for
    private static final long ATTEMPT_SECONDS = 40;

    private final HttpClient http;
    private final String server;
    private final Scheduler scheduler;
    private final RetryPolicy policy;
    private final AtomicReference<Instant> lastLoss = new AtomicReference<>();

    ApiClient(HttpClient http, String server, Scheduler scheduler, RetryPolicy policy) {
        this.http = http;
        this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        this.scheduler = scheduler;
        this.policy = policy;
    }

    String server() {
        return server;
    }

    /**
     * Sends and, if need be, sends again.
     *
     * @return the answer, which may be a refusal; fails with {@link ReleaseException} where there was none. Cancelling it
     *     ends the attempt under way, and there are no more
     */
    CompletableFuture<ApiReply> send(ApiRequest request, ProgressSink sink) {
        Call call = new Call(request, sink);
        call.attempt();
        return call.result;
    }

    /**
     * Sends and waits.
     *
     * @throws ReleaseException as {@link #send}, and {@code INTERRUPTED} if the thread is interrupted; then the request
     *     is not sent again, but what was sent may still be carried out
     */
    ApiReply call(ApiRequest request, ProgressSink sink) {
        CompletableFuture<ApiReply> answer = send(request, sink);
        try {
            return await(answer, request.attempted(), request.object());
        } finally {
            answer.cancel(false); // nobody waits for it any more; without effect on one that is done
        }
    }

    /** Waits for what does its own retries and so ends by itself. */
    static <T> T await(CompletableFuture<T> future, String attempted, String object) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(
                    new Problem(Problem.Kind.INTERRUPTED, attempted, object, "the work was interrupted", ""), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw Causes.find(cause, ReleaseException.class)
                    .orElseGet(() -> new ReleaseException(
                            new Problem(Problem.Kind.FAILED, attempted, object, Causes.words(cause), ""), cause));
        }
    }

    /** One attempt at a stream whose bytes go to {@code consumer}; retries are the caller's. */
    CompletableFuture<HttpResponse<AsyncBody>> stream(
            ApiRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        return http.consumeBytes(builder(request).forStreaming().build(), consumer);
    }

    /** Remembers that the server was away, and so may need a while to be itself again. */
    void lost() {
        lastLoss.set(scheduler.now());
    }

    Optional<Instant> lastLoss() {
        return Optional.ofNullable(lastLoss.get());
    }

    /** Whether the server was away so lately that it may not be itself again. */
    boolean isWaking() {
        return policy.isWaking(lastLoss(), scheduler.now());
    }

    RetryPolicy policy() {
        return policy;
    }

    private HttpRequest.Builder builder(ApiRequest request) {
        HttpRequest.Builder builder = http.newHttpRequestBuilder().uri(uri(request));
        builder.header("Accept", request.accept());
        if (!request.contentType().isEmpty()) {
            builder.method(request.method(), request.contentType(), new String(request.body(), StandardCharsets.UTF_8));
        } else if (!request.method().equals("GET")) {
            builder.method(request.method(), ApiRequest.JSON, "{}");
        }
        return builder;
    }

    private String uri(ApiRequest request) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        request.query().forEach((k, v) -> query.add(k + "=" + URLEncoder.encode(v, StandardCharsets.UTF_8)));
        return server + request.path() + query;
    }

    /** One request with its repetitions. */
    private final class Call {
        private final ApiRequest request;
        private final ProgressSink sink;
        private final Instant begun = scheduler.now();
        private final CompletableFuture<ApiReply> result = new CompletableFuture<>();
        private int failures;
        private volatile CompletableFuture<?> underway = CompletableFuture.completedFuture(null);

        Call(ApiRequest request, ProgressSink sink) {
            this.request = request;
            this.sink = sink;
            result.whenComplete((reply, thrown) -> {
                if (result.isCancelled()) {
                    underway.cancel(true);
                }
            });
        }

        void attempt() {
            if (result.isDone()) {
                return; // cancelled while it waited for its turn
            }
            if (http.isClosed()) {
                result.completeExceptionally(new ReleaseException(new Problem(
                        Problem.Kind.FAILED,
                        request.attempted(),
                        request.object(),
                        "the connection to " + server + " was closed",
                        "")));
                return;
            }
            CompletableFuture<HttpResponse<byte[]>> answer;
            try {
                answer = http.sendAsync(
                        builder(request)
                                .timeout(ATTEMPT_SECONDS, TimeUnit.SECONDS)
                                .build(),
                        byte[].class);
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            }
            underway = answer;
            if (result.isCancelled()) {
                answer.cancel(true);
            }
            answer.whenComplete((response, thrown) -> {
                try {
                    if (thrown == null) {
                        answered(reply(response));
                    } else {
                        failed(thrown);
                    }
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }

        private void answered(ApiReply reply) {
            Optional<Duration> limit =
                    reply.isSuccess() ? Optional.empty() : policy.limit(request, reply, scheduler.now(), lastLoss());
            if (reply.code() >= 502) {
                lost();
            }
            if (limit.isEmpty() || !again(limit.get(), reply.words(), reply.retryAfter())) {
                result.complete(reply);
            }
        }

        private void failed(Throwable thrown) {
            if (result.isCancelled()) {
                return; // our own doing, and no loss of the server
            }
            if (Causes.find(thrown, IOException.class).isPresent()) {
                lost();
            }
            Optional<Duration> limit = policy.limit(thrown);
            if (limit.isEmpty() || !again(limit.get(), Causes.words(thrown), "")) {
                Duration tried = Duration.between(begun, scheduler.now());
                result.completeExceptionally(ClusterErrors.unreachable(request, server, thrown, tried));
            }
        }

        // One last attempt falls on the very end, so that a server which returns just in time is found.
        private boolean again(Duration limit, String reason, String retryAfter) {
            if (result.isDone()) {
                return false; // nobody waits for it any more
            }
            Duration left = limit.minus(Duration.between(begun, scheduler.now()));
            if (!request.patient() || http.isClosed() || left.isZero() || left.isNegative()) {
                return false;
            }
            Duration wanted = policy.delay(failures++, retryAfter);
            Duration delay = wanted.compareTo(left) < 0 ? wanted : left;
            String what =
                    request.object().isEmpty() ? request.attempted() : request.attempted() + " " + request.object();
            sink.accept(new ProgressEvent.Retrying(what, reason, delay));
            scheduler.after(delay, this::attempt);
            return true;
        }
    }

    static ApiReply reply(HttpResponse<byte[]> response) {
        byte[] body = response.body() == null ? new byte[0] : response.body();
        return new ApiReply(response.code(), header(response, "Content-Type"), header(response, "Retry-After"), body);
    }

    private static String header(HttpResponse<?> response, String name) {
        String value = response.header(name);
        return value == null ? "" : value;
    }
}
