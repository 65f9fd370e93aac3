package io.jenkins.plugins.k8srollout.bench.tracking;

import io.jenkins.plugins.k8srollout.bench.tracking.CountingApi.Count;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Requests and bytes of one release that is waited for: a changed pod template, by our command line and by
 * {@code kubectl apply && kubectl rollout status}, both with and without a warm process or cache.
 */
final class RequestsCase {
    private static final String RECORD = "/secrets";
    private static final String ONE = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: web
                      image: IMAGE
                      env: [{name: ROUND, value: "@ROUND@"}]
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;
    private static final String MORE = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: web}
            data: {round: "@ROUND@"}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: web}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080, protocol: TCP}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web-internal}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080, protocol: TCP}]}
            """;

    private final ApiServer server;
    private final String namespace;
    private final String image;
    private final Path folder;
    private final Map<String, List<Count>> counts = new LinkedHashMap<>();
    private int round;

    RequestsCase(ApiServer server, String namespace, String image, Path folder) {
        this.server = server;
        this.namespace = namespace;
        this.image = image;
        this.folder = folder;
    }

    void run(int runs, Figures figures) throws Exception {
        rounds("one Deployment", ONE, runs, figures);
        rounds("five objects", ONE + MORE, runs, figures);
    }

    private void rounds(String name, String manifest, int runs, Figures figures) throws Exception {
        counts.clear();
        Path config = folder.resolve("counting-kubeconfig");
        try (CountingApi api = new CountingApi(server);
                InProcess warm = new InProcess(config, api)) {
            warm.release(manifest(manifest)); // what is there to be changed, and the process warm
            api.take();
            kubectl(api, config, manifest, "kubectl, discovery cached", folder.resolve("cache"));
            counts.clear();
            for (int i = 0; i < runs; i++) {
                warm.release(manifest(manifest));
                count("ours, in a process that runs", api);
                commandLine(config, manifest);
                count("ours, command line", api);
                kubectl(api, config, manifest, "kubectl, discovery cached", folder.resolve("cache"));
                kubectl(api, config, manifest, "kubectl, first call", Files.createTempDirectory(folder, "cache"));
            }
        }
        report(name, figures, "ours, in a process that runs", "kubectl, discovery cached");
        report(name, figures, "ours, command line", "kubectl, first call");
    }

    private void report(String name, Figures figures, String ours, String peer) {
        if (System.getenv("VERBOSE") != null) {
            for (String tool : List.of(ours, peer)) {
                System.out.println(name + ", " + tool);
                counts.get(tool).get(0).requests().forEach(r -> System.out.println("    " + r));
            }
        }
        String what = name + ", " + ours;
        figures.besides(what, "requests", requests(ours, false), peer, requests(peer, false), 1);
        figures.besides(
                what + ", without its record", "requests", requests(ours, true), peer, requests(peer, false), 1);
        figures.besides(what, "bytes", bytes(ours), peer, bytes(peer), 1);
    }

    private List<Double> requests(String tool, boolean withoutRecord) {
        return counts.get(tool).stream()
                .map(c -> (double) c.requests().stream()
                        .filter(r -> !withoutRecord || !r.contains(RECORD))
                        .count())
                .toList();
    }

    private List<Double> bytes(String tool) {
        return counts.get(tool).stream().map(c -> (double) c.bytes()).toList();
    }

    private void count(String tool, CountingApi api) {
        counts.computeIfAbsent(tool, t -> new ArrayList<>()).add(api.take());
    }

    private String manifest(String template) {
        return template.replace("IMAGE", image).replace("@ROUND@", String.valueOf(++round));
    }

    private void commandLine(Path config, String template) throws IOException {
        Path file = Files.writeString(folder.resolve("release.yaml"), manifest(template));
        Tool.run(
                "bin/k8s-rollout",
                "rollout",
                "--kubeconfig",
                config.toString(),
                "-n",
                namespace,
                "-f",
                file.toString());
    }

    /** By kubectl's own manager and annotation the first time; its fields are then its own again. */
    private void kubectl(CountingApi api, Path config, String template, String tool, Path cache) throws IOException {
        Path file = Files.writeString(
                folder.resolve("apply.yaml"), manifest(template).replace("name: web", "name: peer"));
        String kubectl = "kubectl --kubeconfig " + config + " --cache-dir " + cache + " -n " + namespace;
        Tool.run(
                "sh",
                "-c",
                kubectl + " apply -f " + file + " && " + kubectl + " rollout status deployment/peer --timeout=60s");
        count(tool, api);
    }

    /** One release after the other over one connection, as in Jenkins. */
    private final class InProcess implements AutoCloseable {
        private final SystemScheduler scheduler = new SystemScheduler();
        private final ExecutorService workers = Executors.newCachedThreadPool();
        private final Fabric8Cluster cluster;

        InProcess(Path config, CountingApi api) throws IOException {
            api.writeKubeconfig(config);
            cluster = Fabric8Cluster.open(
                    ClusterAccess.kubeconfigFiles(List.of(config), ""), scheduler, ProgressSink.NONE);
        }

        void release(String manifest) throws IOException {
            ReleaseRequest request = ReleaseRequest.builder()
                    .namespace(namespace)
                    .manifests(List.of(new ManifestSource("release.yaml", manifest)))
                    .build();
            CompletableFuture<ReleaseRecord> done = new CompletableFuture<>();
            ReleaseRun.start(
                    request,
                    new ReleaseTools(cluster, scheduler, workers, ProgressSink.NONE),
                    token -> {},
                    done::complete);
            try {
                ReleaseRecord record = done.get();
                if (record.outcome() != ReleaseRecord.Outcome.HEALTHY) {
                    throw new IOException(record.problem().toString());
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IOException("the release did not end", e);
            }
        }

        @Override
        public void close() {
            workers.shutdownNow();
            cluster.close();
            scheduler.close();
        }
    }
}
