package io.jenkins.plugins.k8srollout.testutil;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * An HTTP server on loopback that answers as a test has written down, and remembers what it was asked. Rules are keyed
 * {@code METHOD /path} without the query; a trailing {@code *} stands for any rest. A rule's replies are used up one
 * after the other; then the fallback answers. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Queue<Reply>> rules = new LinkedHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Function<Seen, Reply> fallback =
            request -> Reply.status(500).text("the test has no answer to " + request.line());

    /** What a client has sent. */
    public record Seen(String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
        public String line() {
            return method + " " + path;
        }

        /** Empty text if it was not sent. */
        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(h -> h.getKey().equalsIgnoreCase(name))
                    .map(h -> h.getValue().get(0))
                    .findFirst()
                    .orElse("");
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return line() + (query.isEmpty() ? "" : "?" + query);
        }
    }

    /**
     * What a client gets.
     *
     * @param readOnly how much of the request is read before anything else; -1 for all
     * @param cutAfter after how many bytes of the body the connection breaks; -1 for never, -2 for no answer at all
     * @param effect what happens before the answer
     * @param linger what happens between the body and the end of the exchange
     */
    public record Reply(
            int status,
            Map<String, String> headers,
            byte[] body,
            int readOnly,
            int cutAfter,
            Consumer<Seen> effect,
            Runnable linger) {
        private static final int ALL = -1;
        private static final int NOTHING = -2;

        public static Reply status(int status) {
            return new Reply(status, Map.of(), new byte[0], ALL, ALL, request -> {}, () -> {});
        }

        /** Breaks the connection without an answer, having read some of the request. */
        public static Reply hangUp(int afterReading) {
            return new Reply(0, Map.of(), new byte[0], afterReading, NOTHING, request -> {}, () -> {});
        }

        public Reply header(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body, readOnly, cutAfter, effect, linger);
        }

        public Reply body(byte[] content) {
            return new Reply(status, headers, content, readOnly, cutAfter, effect, linger);
        }

        public Reply text(String content) {
            return body(content.getBytes(StandardCharsets.UTF_8));
        }

        public Reply json(String content) {
            return header("Content-Type", "application/json").text(content);
        }

        /** Does this with the request before the client hears anything. */
        public Reply doing(Consumer<Seen> what) {
            return new Reply(status, headers, body, readOnly, cutAfter, what, linger);
        }

        /** Promises the whole body, then says nothing more until {@code until} returns, then breaks the connection. */
        public Reply stopAfter(int bytes, Runnable until) {
            return new Reply(status, headers, body, readOnly, bytes, effect, until);
        }

        /** Promises the whole body, then breaks the connection. */
        public Reply cutAfter(int bytes) {
            return new Reply(status, headers, body, readOnly, bytes, effect, linger);
        }
    }

    private ScriptedServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public static ScriptedServer start() {
        try {
            return new ScriptedServer(HttpServer.create(loopback(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException("no server on loopback", e);
        }
    }

    public static ScriptedServer start(SSLContext tls) {
        try {
            HttpsServer server = HttpsServer.create(loopback(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            return new ScriptedServer(server);
        } catch (IOException e) {
            throw new UncheckedIOException("no server on loopback", e);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@code 127.0.0.1:port}. */
    public String authority() {
        return "127.0.0.1:" + port();
    }

    public synchronized ScriptedServer on(String request, Reply... replies) {
        rules.computeIfAbsent(request, r -> new ConcurrentLinkedQueue<>()).addAll(List.of(replies));
        return this;
    }

    /** Answers what no rule, or no rule any more, answers. */
    public ScriptedServer otherwise(Function<Seen, Reply> answer) {
        fallback = answer;
        return this;
    }

    public List<Seen> requests() {
        return List.copyOf(seen);
    }

    /** The requests as {@code METHOD /path}. */
    public List<String> lines() {
        return seen.stream().map(Seen::line).toList();
    }

    public List<Seen> requests(String line) {
        return seen.stream().filter(s -> fits(line, s.line())).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String line =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            Reply scripted = next(line);
            int readOnly = scripted == null ? Reply.ALL : scripted.readOnly();
            Seen request = new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getRawQuery() == null
                            ? ""
                            : exchange.getRequestURI().getRawQuery(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    readOnly < 0
                            ? exchange.getRequestBody().readAllBytes()
                            : exchange.getRequestBody().readNBytes(readOnly));
            seen.add(request);
            Reply reply = scripted == null ? fallback.apply(request) : scripted;
            reply.effect().accept(request);
            send(exchange, reply);
        }
    }

    private synchronized Reply next(String line) {
        return rules.entrySet().stream()
                .filter(rule -> fits(rule.getKey(), line) && !rule.getValue().isEmpty())
                .map(rule -> rule.getValue().remove())
                .findFirst()
                .orElse(null);
    }

    private static boolean fits(String rule, String line) {
        return rule.endsWith("*") ? line.startsWith(rule.substring(0, rule.length() - 1)) : line.equals(rule);
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        if (reply.cutAfter() == Reply.NOTHING) {
            return; // closing the exchange without an answer breaks the connection
        }
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || reply.body().length == 0;
        exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : reply.body().length);
        if (!bodiless) {
            int length = reply.cutAfter() < 0 ? reply.body().length : reply.cutAfter();
            exchange.getResponseBody().write(reply.body(), 0, length);
            exchange.getResponseBody().flush();
            reply.linger().run();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
