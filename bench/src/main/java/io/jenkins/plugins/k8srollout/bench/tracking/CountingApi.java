package io.jenkins.plugins.k8srollout.bench.tracking;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before the API server, speaks plain HTTP/1.1 to clients, and counts what they ask and how much travels. */
final class CountingApi implements AutoCloseable {
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "host",
            "transfer-encoding",
            "upgrade",
            "expect",
            "keep-alive",
            "http2-settings");
    private static final int BUFFER = 1 << 14;

    private final ApiServer server;
    private final HttpServer front;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "counting-api");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> requests = new ArrayList<>();
    private long bytes;

    /**
     * @param requests method and path with query, in their order
     * @param bytes both ways, bodies and headers as HTTP/1.1 writes them
     */
    record Count(List<String> requests, long bytes) {}

    CountingApi(ApiServer server) throws IOException {
        this.server = server;
        this.front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        front.setExecutor(threads);
        front.createContext("/", this::forward);
        front.start();
    }

    /** Writes a kubeconfig that leads here. */
    void writeKubeconfig(Path file) throws IOException {
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: bench
                clusters: [{name: bench, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: bench, user: {}}]
                contexts: [{name: bench, context: {cluster: bench, user: bench}}]
                """.formatted(front.getAddress().getPort()));
    }

    /** What has come since the last call. */
    synchronized Count take() {
        Count count = new Count(List.copyOf(requests), bytes);
        requests.clear();
        bytes = 0;
        return count;
    }

    private synchronized void count(String request, long amount) {
        if (!request.isEmpty()) {
            requests.add(request);
        }
        bytes += amount;
    }

    private void forward(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            count(line, line.length() + body.length + size(exchange.getRequestHeaders()));
            HttpRequest.Builder request =
                    server.request(exchange.getRequestURI().toString());
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            request.method(
                    exchange.getRequestMethod(),
                    body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            HttpResponse<InputStream> answer = server.client().send(request.build(), BodyHandlers.ofInputStream());
            answer.headers().map().forEach((name, values) -> {
                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            count("", size(answer.headers().map()));
            exchange.sendResponseHeaders(answer.statusCode(), 0);
            copy(answer.body(), exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                count("", n);
                to.write(buffer, 0, n);
                to.flush();
            }
        }
    }

    private static long size(Map<String, List<String>> headers) {
        return headers.entrySet().stream()
                .mapToLong(e -> e.getValue().stream()
                        .mapToLong(v -> e.getKey().length() + v.length() + 4)
                        .sum())
                .sum();
    }

    @Override
    public void close() {
        front.stop(0);
        threads.shutdownNow();
    }
}
