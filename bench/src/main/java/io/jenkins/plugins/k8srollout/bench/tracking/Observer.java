package io.jenkins.plugins.k8srollout.bench.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Watches pods, events and Deployments of the whole cluster by itself, and notes the nanosecond at which each line came:
 * the times that objects carry are whole seconds.
 */
final class Observer implements AutoCloseable {
    private static final List<String> PATHS = List.of("/api/v1/pods", "/api/v1/events", "/apis/apps/v1/deployments");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Awaited> awaited = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private record Awaited(String namespace, Predicate<JsonNode> wanted, CompletableFuture<Long> seen) {}

    Observer(ApiServer server) throws IOException {
        for (String path : PATHS) {
            String list = server.send("GET", path + "?limit=1", "application/json", "");
            String version =
                    JSON.readTree(list).path("metadata").path("resourceVersion").asText();
            Thread thread = new Thread(() -> follow(server, path, version), "observer " + path);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The nanosecond at which the first object of the namespace came that is as wanted. */
    CompletableFuture<Long> first(String namespace, Predicate<JsonNode> wanted) {
        Awaited one = new Awaited(namespace, wanted, new CompletableFuture<>());
        awaited.add(one);
        one.seen.whenComplete((seen, thrown) -> awaited.remove(one));
        return one.seen;
    }

    private void follow(ApiServer server, String path, String version) {
        String query = path + "?watch=true&timeoutSeconds=3600&resourceVersion=" + version;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                server.client()
                        .send(server.request(query).build(), BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                long now = System.nanoTime();
                tell(JSON.readTree(line).path("object"), now);
            }
        } catch (IOException e) {
            System.err.println("the observer of " + path + " has ended: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(JsonNode object, long now) {
        String namespace = object.path("metadata").path("namespace").asText();
        for (Awaited one : awaited) {
            if (one.namespace.equals(namespace) && one.wanted.test(object)) {
                one.seen.complete(now);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
