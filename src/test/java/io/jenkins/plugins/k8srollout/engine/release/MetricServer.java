package io.jenkins.plugins.k8srollout.engine.release;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.rules.ExternalResource;

/** Answers what it was told to; below each path also as the query API of a Prometheus server. */
final class MetricServer extends ExternalResource {
    private static final int OK = 200;

    private record Answer(int status, String body) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @Override
    protected void before() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            String path = exchange.getRequestURI().getPath().replace("/api/v1/query", "");
            Answer answer = answers.getOrDefault(path, new Answer(404, "nothing here"));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @Override
    protected void after() {
        server.stop(0);
    }

    void answers(String path, String body) {
        answers(path, OK, body);
    }

    void answers(String path, int status, String body) {
        answers.put(path, new Answer(status, body));
    }

    List<String> asked() {
        return asked;
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    PrometheusCheck query(String path, String condition) {
        return PrometheusCheck.parse(url(path), condition);
    }
}
