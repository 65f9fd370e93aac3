package io.jenkins.plugins.k8srollout.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images: the embedded builder beside buildah and jib-core, on the same registry and base image. Each round has every
 * tool build with empty caches into an empty repository, then all again with nothing changed, then all with one file
 * changed.
 */
public final class ImagesBench {
    private static final String REGISTRY_CONFIG = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d"}
            """;

    private final int runs;
    private final String ours;
    private final String jib;
    private final Path folder;
    private final CountingProxy proxy;
    private final Report report = new Report();

    private ImagesBench(int runs, String ours, String jib, Path folder, CountingProxy proxy) {
        this.runs = runs;
        this.ours = ours;
        this.jib = jib;
        this.folder = folder;
        this.proxy = proxy;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("bench-images");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path config = folder.resolve("registry.yml");
        Files.writeString(config, REGISTRY_CONFIG.formatted(folder.resolve("registry"), port));
        Process registry = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        try (CountingProxy proxy = new CountingProxy(port)) {
            awaitRegistry(port);
            ImagesBench bench = new ImagesBench(Integer.parseInt(args[0]), args[1], args[2], folder, proxy);
            bench.run();
            bench.report.print(Path.of(args[3]));
        } finally {
            registry.destroy();
            remove(folder);
        }
    }

    private void run() throws IOException {
        System.out.println("load before: " + load());
        String base = name("base/os");
        Path baseContext = folder.resolve("base");
        Contexts.base(baseContext.resolve("app"));
        Files.writeString(baseContext.resolve("Dockerfile"), "FROM scratch\nCOPY app /\n");
        Peer fresh = Peer.commandLine("embedded");
        fresh.build(baseContext, base, folder.resolve("base-cache"), base);

        Path small = context("small", base);
        Contexts.small(small.resolve("app"));
        Path big = context("big", base);
        Contexts.big(big.resolve("app"));
        Peer jibFresh = Peer.java("jib", jib, "io.jenkins.plugins.k8srollout.bench.JibTool");
        List<Peer> peers = List.of(fresh, Peer.buildah(), jibFresh);
        rounds("5,000 small files", small, "app/module7/File377.php", base, peers);
        rounds("one big file", big, "app/data.bin", base, peers);
        try (Peer oursWarm = Peer.warm("embedded", ours, OursTool.class.getName());
                Peer jibWarm = Peer.warm("jib", jib, "io.jenkins.plugins.k8srollout.bench.JibTool")) {
            for (Peer peer : List.of(oursWarm, jibWarm)) {
                Path cache = folder.resolve("warm-up-" + peer.name());
                peer.build(small, name("warm-up/" + peer.name()), cache, base);
                peer.build(small, name("warm-up/" + peer.name()), cache, base);
                remove(cache);
            }
            rounds("warm JVM, 5,000 small files", small, "app/module7/File377.php", base, List.of(oursWarm, jibWarm));
            rounds("warm JVM, one big file", big, "app/data.bin", base, List.of(oursWarm, jibWarm));
        }
        System.out.println("load after: " + load());
    }

    /** In each round every case is measured with one tool after the other, each time beginning with another one. */
    private void rounds(String name, Path context, String changed, String base, List<Peer> peers) throws IOException {
        for (int round = 0; round < runs; round++) {
            for (String step : List.of("cold", "unchanged", "one changed")) {
                if (step.equals("one changed")) {
                    Contexts.change(context.resolve(changed), round);
                }
                for (int i = 0; i < peers.size(); i++) {
                    Peer peer = peers.get((i + round) % peers.size());
                    String image = name(peer.name() + "/" + Math.abs(name.hashCode()) + "-" + round);
                    measure(name + ", " + step, peer, context, image, cache(peer, round), base);
                }
            }
            for (Peer peer : peers) {
                remove(cache(peer, round));
            }
        }
    }

    private Path cache(Peer peer, int round) throws IOException {
        return Files.createDirectories(folder.resolve("cache-" + peer.name() + "-" + round));
    }

    private void measure(String name, Peer peer, Path context, String image, Path cache, String base)
            throws IOException {
        long before = proxy.sent();
        double[] times = peer.build(context, image, cache, base);
        Measured measured = new Measured(times[0], times[1], proxy.sent() - before);
        System.out.printf(
                java.util.Locale.ROOT,
                "%-40s %-9s %7.2f s wall %7.2f s CPU %12.0f bytes%n",
                name,
                peer.name(),
                measured.wall(),
                measured.cpu(),
                measured.sent());
        report.add(name, peer.name(), measured);
    }

    private Path context(String name, String base) throws IOException {
        Path context = Files.createDirectories(folder.resolve(name));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM " + base + "\nCOPY app /srv/app/\nCMD [\"/bin/true\"]\n");
        return context;
    }

    private String name(String repository) {
        return "127.0.0.1:" + proxy.port() + "/" + repository + ":1";
    }

    private static void awaitRegistry(int port) throws IOException {
        for (int tries = 0; ; tries++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (tries > 1_000_000) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.isReadable(file) ? Files.readString(file).trim() : "unknown";
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
