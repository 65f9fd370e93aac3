package io.jenkins.plugins.k8srollout.engine.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One GET request. Redirects are answers, not ways; no proxy, no cookies, no credentials. Only the beginning of an answer
 * is read, and one request takes at most ten seconds, whatever the other side does.
 */
final class WebQuestion {
    static final Duration WHOLE = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private WebQuestion() {}

    /** Made with the first request of any wait: a client has a thread of its own until it is forgotten. */
    private static final class Shared {
        private static final HttpClient CLIENT = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
    }

    /** The beginning of an answer. */
    record Answer(int status, String body) {}

    /** No answer was to be had; the message says why. */
    static final class UnansweredException extends Exception {
        private static final long serialVersionUID = 1;

        UnansweredException(String message) {
            super(message);
        }
    }

    /**
     * Asks once; blocks for at most ten seconds.
     *
     * @param most how many bytes of the body to read
     * @param reader what is made of the answer, within the same time
     */
    static <T> T ask(URI address, int most, Function<Answer, T> reader) throws UnansweredException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(WHOLE)
                .header("User-Agent", "kubernetes-rollout")
                .GET()
                .build();
        CompletableFuture<HttpResponse<InputStream>> sent =
                Shared.CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<T> answer = sent.thenApplyAsync(response -> reader.apply(read(response, most)));
        try {
            return answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            giveUp(sent, answer);
            throw new UnansweredException("no complete answer within " + WHOLE.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new UnansweredException(words(e.getCause()));
        } catch (InterruptedException e) {
            giveUp(sent, answer);
            Thread.currentThread().interrupt();
            throw new UnansweredException("the request was interrupted");
        }
    }

    /** Whoever reads an endless answer is let go, and so is one that comes later. */
    private static void giveUp(CompletableFuture<HttpResponse<InputStream>> sent, CompletableFuture<?> answer) {
        answer.cancel(true);
        sent.cancel(true);
        sent.thenAccept(response -> {
            try {
                response.body().close();
            } catch (IOException e) {
                // nobody is left to be told
            }
        });
    }

    private static Answer read(HttpResponse<InputStream> response, int most) {
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), new String(body.readNBytes(most), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
