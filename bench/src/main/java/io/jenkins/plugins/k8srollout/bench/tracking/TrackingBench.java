package io.jenkins.plugins.k8srollout.bench.tracking;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Runs the parts that are named, in namespaces of its own, on the cluster of {@code KUBECONFIG}. */
public final class TrackingBench {
    private TrackingBench() {}

    /** Arguments: runs, the file to write, the class path, and the parts: requests, ends, failures, waits. */
    public static void main(String[] args) throws Exception {
        int runs = Integer.parseInt(args[0]);
        List<String> parts = List.of(args).subList(3, args.length);
        ApiServer server = new ApiServer(Path.of(System.getenv("KUBECONFIG")));
        String registry = System.getenv("REGISTRY");
        String prefix = "bench-" + UUID.randomUUID().toString().substring(0, 6);
        Path folder = Files.createTempDirectory("bench-tracking");
        Figures figures = new Figures();
        System.out.println("load before: " + load());
        try (Namespaces namespaces = new Namespaces(server, prefix);
                Observer observer = new Observer(server);
                Waiter waiter = new Waiter(server, folder)) {
            if (parts.contains("failures")) {
                new FailuresCase(server, waiter, observer, registry, namespaces.make("failures")).run(runs, figures);
            }
            if (parts.contains("ends")) {
                new EndsCase(server, waiter, observer, registry, namespaces.make("ends")).run(runs, figures);
            }
            if (parts.contains("waits")) {
                new WaitsCase(server, namespaces, folder, args[2]).run(runs, figures);
            }
            if (parts.contains("requests")) {
                String namespace = namespaces.make("requests");
                new RequestsCase(server, namespace, registry + "/base/web:1", folder).run(runs, figures);
            }
        }
        System.out.println("load after: " + load());
        figures.print();
        figures.write(Path.of(args[1]));
        System.exit(0);
    }

    private static String load() throws Exception {
        Path file = Path.of("/proc/loadavg");
        return Files.isReadable(file) ? Files.readString(file).trim() : "unknown";
    }
}
