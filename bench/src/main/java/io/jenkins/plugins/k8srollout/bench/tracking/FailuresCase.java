package io.jenkins.plugins.k8srollout.bench.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.k8srollout.bench.tracking.Waiter.End;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** From the event that decides, as an independent watch sees it, to the report that the release has failed. */
final class FailuresCase {
    /** Instead of the default of 600 s, which is what kubectl waits for. */
    static final int DEADLINE_SECONDS = 60;

    private static final double NANOS = 1e9;
    private static final int PATIENCE_MINUTES = 6;

    private final ApiServer server;
    private final Waiter waiter;
    private final Observer observer;
    private final String registry;
    private final String namespace;
    private final Map<BrokenRelease, List<Double>> ours = new LinkedHashMap<>();
    private final Map<BrokenRelease, List<Double>> kubectl = new LinkedHashMap<>();

    private final Set<BrokenRelease> mistaken = new HashSet<>();

    private record Trial(
            BrokenRelease release,
            String object,
            CompletableFuture<Long> seen,
            CompletableFuture<End> ours,
            CompletableFuture<End> kubectl) {}

    FailuresCase(ApiServer server, Waiter waiter, Observer observer, String registry, String namespace) {
        this.server = server;
        this.waiter = waiter;
        this.observer = observer;
        this.registry = registry;
        this.namespace = namespace;
    }

    /** The quota bites above, and the range between, what the other releases ask for. */
    void run(int runs, Figures figures) throws Exception {
        String core = "/api/v1/namespaces/" + namespace;
        server.apply(core + "/secrets/present", "{apiVersion: v1, kind: Secret, metadata: {name: present}, data: {}}");
        server.apply(
                core + "/limitranges/bench",
                "{apiVersion: v1, kind: LimitRange, metadata: {name: bench}, spec: {limits: [{type: Container,"
                        + " max: {memory: 4Gi}, maxLimitRequestRatio: {memory: 4}, default: {memory: 64Mi},"
                        + " defaultRequest: {memory: 32Mi}}]}}");
        server.apply(
                core + "/resourcequotas/bench",
                "{apiVersion: v1, kind: ResourceQuota, metadata: {name: bench}, spec: {hard: {requests.memory: 1Gi}}}");
        for (int i = 0; i < runs; i++) {
            round(i);
        }
        BrokenRelease.ALL.forEach(release -> report(release, figures));
    }

    private void round(int number) throws Exception {
        List<Trial> trials = new ArrayList<>();
        for (BrokenRelease release : BrokenRelease.ALL) {
            if (release.slow()) {
                trials.add(begin(release, number));
            }
        }
        for (BrokenRelease release : BrokenRelease.ALL) {
            if (!release.slow()) {
                Trial trial = begin(release, number);
                trial.ours().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
                trials.add(trial);
            }
        }
        for (Trial trial : trials) {
            end(trial);
        }
    }

    private Trial begin(BrokenRelease release, int number) throws Exception {
        String object = release.name()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z]+", "-")
                        .replaceAll("-$", "") + "-" + number;
        CompletableFuture<Long> seen = observer.first(
                namespace, o -> isOf(o, object) && release.decisive().test(o));
        String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + object;
        server.apply(path, release.manifest(object, registry, DEADLINE_SECONDS));
        CompletableFuture<End> ours = waiter.engine(namespace, object);
        // Its start must not compete with the short way from event to report; it has a minute left.
        CompletableFuture<End> kubectl = ours.thenCompose(end -> start(object));
        return new Trial(release, object, seen, ours, kubectl);
    }

    private CompletableFuture<End> start(String object) {
        try {
            return waiter.kubectl(namespace, object);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // Pods and ReplicaSets begin with the Deployment's name, and events are about one of them.
    private static boolean isOf(JsonNode object, String deployment) {
        String name = object.path("metadata").path("name").asText();
        return name.equals(deployment) || name.startsWith(deployment + "-") || name.startsWith(deployment + ".");
    }

    private void end(Trial trial) throws Exception {
        End ended = trial.ours().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        End peer = trial.kubectl().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        long seen = trial.seen().get(1, TimeUnit.MINUTES);
        double took = (ended.nanos() - seen) / NANOS;
        double peerTook = (peer.nanos() - seen) / NANOS;
        System.out.printf(
                Locale.ROOT,
                "%-48s %8.3f s %-22s kubectl %7.2f s%s%n",
                trial.release().name(),
                took,
                ended.words(),
                peerTook,
                peer.healthy() ? ", rolled out" : "");
        if (ended.healthy() || !ended.words().equals(trial.release().code())) {
            throw new IllegalStateException(
                    trial.object() + " should have failed by " + trial.release().code() + ": " + ended);
        }
        if (peer.healthy()) {
            mistaken.add(trial.release());
        }
        ours.computeIfAbsent(trial.release(), r -> new ArrayList<>()).add(took);
        kubectl.computeIfAbsent(trial.release(), r -> new ArrayList<>()).add(peerTook);
        String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + trial.object();
        server.send("DELETE", path, "application/json", "{\"propagationPolicy\":\"Background\"}");
    }

    private void report(BrokenRelease release, Figures figures) {
        List<Double> times = ours.get(release);
        List<Double> peers = kubectl.get(release);
        String peer = mistaken.contains(release)
                ? "kubectl, takes it for rolled out"
                : "kubectl, deadline " + DEADLINE_SECONDS + " s";
        String name = "failed: " + release.name();
        figures.within(name, "s", Figures.median(times), peer, Figures.median(peers), release.bound(), times.size());
        figures.within(
                name + ", worst", "s", Figures.worst(times), peer, Figures.worst(peers), release.bound(), times.size());
    }
}
