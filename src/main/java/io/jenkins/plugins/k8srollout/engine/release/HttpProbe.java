package io.jenkins.plugins.k8srollout.engine.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an application whether it is well. Redirects are answers, not ways; no proxy, no cookies, no credentials. At
 * most 64 KiB of an answer are read, and one request takes at most ten seconds, whatever the other side does.
 */
final class HttpProbe {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(10);
    private static final int LONGEST_BODY = 64 * 1024;

    /** Made with the first request of any wait: a client has a thread of its own until it is forgotten. */
    private static final class Shared {
        private static final HttpClient CLIENT = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
    }

    private record Answer(int status, boolean fits) {}

    /**
     * One attempt; blocks for at most ten seconds.
     *
     * @return why it has failed; empty if the answer is as expected
     */
    Optional<String> attempt(HttpCheck check) {
        HttpRequest request = HttpRequest.newBuilder(check.url())
                .timeout(WHOLE)
                .header("User-Agent", "kubernetes-rollout")
                .GET()
                .build();
        CompletableFuture<Answer> answer = Shared.CLIENT
                .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(response -> read(response, check));
        try {
            return judge(check, answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Optional.of("no complete answer within " + WHOLE.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of(words(e.getCause()));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.of("the request was interrupted");
        }
    }

    private static Answer read(HttpResponse<InputStream> response, HttpCheck check) {
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
            return new Answer(
                    response.statusCode(),
                    check.body().map(p -> TimedMatch.found(p, text, WHOLE)).orElse(true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> judge(HttpCheck check, Answer answer) {
        if (answer.status() != check.status()) {
            return Optional.of("status " + answer.status() + " instead of " + check.status());
        }
        return answer.fits()
                ? Optional.empty()
                : Optional.of("the answer does not contain "
                        + check.body().orElseThrow().pattern());
    }

    // The JDK's client mostly throws without a message; what it means is in the types.
    private static String words(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException) {
                return "the host name cannot be resolved";
            }
            if (t.getMessage() != null && !(t instanceof UncheckedIOException)) {
                return t.getMessage();
            }
        }
        return failure instanceof ConnectException
                ? "cannot connect"
                : failure.getClass().getSimpleName();
    }
}
