package io.jenkins.plugins.k8srollout.bench.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.bench.tracking.Waiter.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** From a Deployment that is complete, as an independent watch sees it, to the report; all wait for the same one. */
final class EndsCase {
    private static final double BOUND_SECONDS = 0.05;
    private static final double NANOS = 1e9;
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: NAME}
            spec:
              replicas: 2
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: web
                      image: REGISTRY/base/web:1
                      env: [{name: START_DELAY, value: "8"}]
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 30}
            """;

    private final ApiServer server;
    private final Waiter waiter;
    private final Observer observer;
    private final String registry;
    private final String namespace;

    EndsCase(ApiServer server, Waiter waiter, Observer observer, String registry, String namespace) {
        this.server = server;
        this.waiter = waiter;
        this.observer = observer;
        this.registry = registry;
        this.namespace = namespace;
    }

    void run(int runs, Figures figures) throws Exception {
        List<Double> engine = new ArrayList<>();
        List<Double> commandLine = new ArrayList<>();
        List<Double> kubectl = new ArrayList<>();
        // The first is not counted: in it the command line makes the class archive that it starts from.
        for (int i = -1; i < runs; i++) {
            String name = "good-" + (i + 1);
            String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name;
            CompletableFuture<Long> complete = observer.first(namespace, o -> isComplete(o, name));
            server.apply(path, DEPLOYMENT.replace("NAME", name).replace("REGISTRY", registry));
            CompletableFuture<End> ours = waiter.engine(namespace, name);
            CompletableFuture<End> process = waiter.commandLine(namespace, name);
            CompletableFuture<End> peer = waiter.kubectl(namespace, name);
            long seen = complete.get(2, TimeUnit.MINUTES);
            List<Double> times = List.of(after(seen, ours), after(seen, process), after(seen, peer));
            System.out.printf(
                    Locale.ROOT, "complete: engine %.4f s, command line %.4f s, kubectl %.4f s%n", times.toArray());
            if (i >= 0) {
                engine.add(times.get(0));
                commandLine.add(times.get(1));
                kubectl.add(times.get(2));
            }
            server.send("DELETE", path, "application/json", "{\"propagationPolicy\":\"Background\"}");
        }
        report("complete to reported, in a process that runs", engine, kubectl, figures);
        report("complete to reported, command line", commandLine, kubectl, figures);
    }

    private static void report(String name, List<Double> ours, List<Double> kubectl, Figures figures) {
        String peer = "kubectl rollout status";
        int runs = ours.size();
        figures.within(name, "s", Figures.median(ours), peer, Figures.median(kubectl), BOUND_SECONDS, runs);
        figures.within(name + ", worst", "s", Figures.worst(ours), peer, Figures.worst(kubectl), BOUND_SECONDS, runs);
    }

    private static double after(long seen, CompletableFuture<End> waiting) throws Exception {
        End end = waiting.get(2, TimeUnit.MINUTES);
        if (!end.healthy()) {
            throw new IllegalStateException("it should have become healthy: " + end);
        }
        return (end.nanos() - seen) / NANOS;
    }

    // kubectl/pkg/polymorphichelpers/rollout_status.go calls this complete.
    private static boolean isComplete(JsonNode object, String name) {
        JsonNode status = object.path("status");
        int wanted = object.path("spec").path("replicas").asInt(-1);
        return object.path("metadata").path("name").asText().equals(name)
                && status.path("observedGeneration").asLong()
                        >= object.path("metadata").path("generation").asLong()
                && status.path("updatedReplicas").asInt() == wanted
                && status.path("replicas").asInt() == wanted
                && status.path("availableReplicas").asInt() == wanted;
    }
}
