package io.jenkins.plugins.k8srollout.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Goes through what later runs of a command will do, so that the class archive that this process leaves behind when it
 * ends holds all of it: the first build is no unchanged one. Everything happens in a temporary folder, with a registry
 * in memory.
 */
final class Rehearsal implements AutoCloseable {
    private static final String DIGEST = "Docker-Content-Digest";

    private final HttpServer server;
    private final Path folder;
    private final Map<String, byte[]> stored = new ConcurrentHashMap<>();

    Rehearsal() throws IOException {
        folder = Files.createTempDirectory("rehearsal").toRealPath();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", this::answer);
        server.start();
    }

    /** Does nothing for commands that always do the same; never fails. */
    static void of(String command) {
        if (!command.equals("build-image")) {
            return;
        }
        try (Rehearsal rehearsal = new Rehearsal()) {
            rehearsal.buildImages();
        } catch (IOException | RuntimeException e) {
            // Nobody has asked for it: the next run only starts slower.
            return;
        }
    }

    void buildImages() throws IOException {
        Path file = Files.createDirectories(folder.resolve("app")).resolve("file");
        build("base", "FROM scratch\nENV A=1\n");
        String dockerfile = "FROM " + registry() + "/base\nCOPY app /app/\nCMD [\"/bin/true\"]\n";
        for (String content : List.of("one", "two")) {
            Files.writeString(file, content);
            build("web", dockerfile);
            build("web", dockerfile);
        }
    }

    private void build(String name, String dockerfile) throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), dockerfile);
        // A minute later, so that files that were only just written count as settled.
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
        LayerCache cache = new LayerCache(folder.resolve("cache"), LayerCache.DEFAULT_BYTES, clock);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        ImageBuilder builder = new ImageBuilder(
                registry -> RegistryAccess.builder(registry).plainHttp(true).build(),
                cache,
                new PlainProgress(nowhere),
                clock);
        builder.build(
                ImageBuildRequest.image(ImageReference.parse(registry() + "/" + name))
                        .builder(BuilderChoice.EMBEDDED)
                        .build(),
                Workspace.at(folder));
    }

    private String registry() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    // Only what a build that goes well asks for.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod()) {
                case "POST" -> accepted(exchange, 202, path + "1");
                case "PATCH" -> {
                    stored.merge(path, body, (before, more) -> body);
                    exchange.getResponseHeaders().add("Range", "0-" + (body.length - 1));
                    accepted(exchange, 202, path);
                }
                case "PUT" -> {
                    byte[] content = body.length == 0 ? stored.getOrDefault(path, body) : body;
                    stored.put(path, content);
                    stored.put(path.replaceAll("(blobs|manifests)/.*", "$1/" + ImageDigest.of(content)), content);
                    accepted(exchange, 201, path);
                }
                default -> send(exchange, stored.get(path));
            }
        }
    }

    private static void accepted(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(status, -1);
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add(DIGEST, ImageDigest.of(content).toString());
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        exchange.sendResponseHeaders(200, head ? -1 : content.length);
        if (!head) {
            exchange.getResponseBody().write(content);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(Rehearsal::delete);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
