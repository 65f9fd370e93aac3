package io.jenkins.plugins.k8srollout.engine.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An API server that says what the test tells it to: for each {@code METHOD path}, one answer after the other, the last
 * again and again. Watches are streams that the test writes. It serves just enough discovery by default.
 */
final class ScriptedApiServer implements AutoCloseable {
    private static final String END = "end";
    private static final String BREAK = "break";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Deque<Answer>> script = new LinkedHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Watch> watches = new LinkedBlockingQueue<>();

    /** What came in. */
    record Request(String line, String query, String authorization, String body) {}

    private record Answer(int code, String body, Map<String, String> headers) {}

    /** A watch that a client has opened; the test writes its events. */
    static final class Watch {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final String query;

        private Watch(String query) {
            this.query = query;
        }

        String query() {
            return query;
        }

        void send(String type, KubeObject object) {
            lines.add("{\"type\":\"" + type + "\",\"object\":" + new String(Json.write(object), StandardCharsets.UTF_8)
                    + "}\n");
        }

        /** Ends the stream as servers do after a while. */
        void end() {
            lines.add(END);
        }

        /** Breaks the connection. */
        void breakOff() {
            lines.add(BREAK);
        }
    }

    ScriptedApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        answer("GET /version", 200, "{\"major\":\"1\",\"minor\":\"20+\"}");
        answer("GET /api", 200, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}");
        answer("GET /apis", 200, "{\"kind\":\"APIGroupList\",\"groups\":[]}");
        answer(
                "GET /api/v1",
                200,
                "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["
                        + "{\"name\":\"configmaps\",\"kind\":\"ConfigMap\",\"namespaced\":true},"
                        + "{\"name\":\"services\",\"kind\":\"Service\",\"namespaced\":true},"
                        + "{\"name\":\"pods/log\",\"kind\":\"Pod\",\"namespaced\":true}]}");
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    ScriptedApiServer answer(String line, int code, String body, String... headers) {
        Map<String, String> more = new LinkedHashMap<>();
        for (int i = 0; i + 1 < headers.length; i += 2) {
            more.put(headers[i], headers[i + 1]);
        }
        synchronized (script) {
            script.computeIfAbsent(line, l -> new ArrayDeque<>()).add(new Answer(code, body, more));
        }
        return this;
    }

    /** Forgets what was to be answered there. */
    ScriptedApiServer reset(String line) {
        synchronized (script) {
            script.remove(line);
        }
        return this;
    }

    static String status(int code, String reason, String message) {
        return status(code, reason, message, "{}");
    }

    static String status(int code, String reason, String message, String details) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"" + reason
                + "\",\"code\":" + code + ",\"message\":\"" + message.replace("\"", "\\\"") + "\",\"details\":"
                + details + "}";
    }

    List<Request> requests(String line) {
        return requests.stream().filter(r -> r.line().equals(line)).toList();
    }

    List<String> lines() {
        return new ArrayList<>(requests.stream().map(Request::line).toList());
    }

    /** The next watch that a client opens. */
    Watch nextWatch() throws InterruptedException {
        Watch watch = watches.poll(20, java.util.concurrent.TimeUnit.SECONDS);
        if (watch == null) {
            throw new AssertionError("no watch was opened");
        }
        return watch;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery() == null
                ? ""
                : exchange.getRequestURI().getQuery();
        String line =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean watch = query.contains("watch=true");
        String scripted = watch ? "WATCH " + exchange.getRequestURI().getPath() : line;
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(new Request(scripted, query, authorization == null ? "" : authorization, body));
        Answer answer = next(scripted);
        if (watch && answer == null) {
            stream(exchange, query);
            return;
        }
        Answer given = answer == null
                ? new Answer(404, status(404, "NotFound", "the server could not find the requested resource"), Map.of())
                : answer;
        given.headers().forEach((k, v) -> exchange.getResponseHeaders().add(k, v));
        byte[] bytes = given.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(given.code(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Answer next(String line) {
        synchronized (script) {
            Deque<Answer> answers = script.get(line);
            if (answers == null) {
                return null;
            }
            return answers.size() > 1 ? answers.poll() : answers.peek();
        }
    }

    private void stream(HttpExchange exchange, String query) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        Watch watch = new Watch(query);
        watches.add(watch);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        try {
            for (String next = watch.lines.take(); !next.equals(END); next = watch.lines.take()) {
                if (next.equals(BREAK)) {
                    throw new IOException("the test breaks the connection");
                }
                out.write(next.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
