package io.jenkins.plugins.k8srollout.engine.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One client with a cookie jar of its own, sending one request after the other. */
final class StickinessClient {
    private static final Logger LOGGER = Logger.getLogger(StickinessClient.class.getName());

    // Headers in which applications and proxies commonly name the pod that answered.
    private static final List<String> POD_HEADERS =
            List.of("X-Pod-Name", "X-Pod", "X-Served-By", "X-Hostname", "X-Backend-Server");

    private final HttpClient http;
    private final StickinessCheck.Probe probe;
    private final CookieManager jar = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final List<String> values = new ArrayList<>();
    private final List<String> pods = new ArrayList<>();
    private final List<Integer> statuses = new ArrayList<>();

    StickinessClient(HttpClient http, StickinessCheck.Probe probe) {
        this.http = http;
        this.probe = probe;
    }

    CompletableFuture<StickinessReport.Client> ask() {
        if (statuses.size() == probe.requests()) {
            return CompletableFuture.completedFuture(new StickinessReport.Client(values, pods, statuses));
        }
        // The request's time limit ends with the headers; a body that never ends must not matter.
        return http.sendAsync(request(), HttpResponse.BodyHandlers.ofInputStream())
                .thenCompose(response -> {
                    close(response.body());
                    note(response);
                    return ask();
                });
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "the rest of an answer could not be dropped", e);
        }
    }

    private HttpRequest request() {
        HttpRequest.Builder builder = HttpRequest.newBuilder(probe.url()).timeout(Duration.ofSeconds(10));
        try {
            jar.get(probe.url(), Map.of())
                    .forEach((name, headers) -> headers.forEach(value -> builder.header(name, value)));
        } catch (IOException e) {
            throw new UncheckedIOException("a cookie jar in memory cannot fail", e);
        }
        return builder.GET().build();
    }

    private void note(HttpResponse<?> response) {
        try {
            jar.put(probe.url(), response.headers().map());
        } catch (IOException e) {
            throw new UncheckedIOException("a cookie jar in memory cannot fail", e);
        }
        statuses.add(response.statusCode());
        values.add(jar.getCookieStore().get(probe.url()).stream()
                .filter(c -> c.getName().equals(probe.cookie()))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse(""));
        pods.add(POD_HEADERS.stream()
                .map(response.headers()::firstValue)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(""));
    }
}
