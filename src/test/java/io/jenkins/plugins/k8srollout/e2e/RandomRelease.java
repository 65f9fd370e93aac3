package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes.Size;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What one release of {@link RandomReleasesClusterTest} is like. The same seed gives the same release; what controllers
 * and kubelets do meanwhile is theirs.
 *
 * @param strategy batches or a canary
 * @param targets how many pods are new after each batch, by the number of replicas, computed apart from the engine
 * @param kills pods to delete while it runs
 * @param scalings numbers of replicas that somebody else sets while it runs; if there are any, the manifest names none
 * @param abortAt after how many steps somebody ends it, and goes on; 0 for never
 * @param startDelay seconds from a container's start to its readiness
 * @param foreign whether the fields that a hold replaces were set by somebody else, and no manifest mentions them
 */
record RandomRelease(
        long seed,
        String kind,
        int replicas,
        Strategy strategy,
        IntFunction<List<Integer>> targets,
        int kills,
        List<Integer> scalings,
        int abortAt,
        int startDelay,
        boolean foreign) {
    private static final int MOST_REPLICAS = 30;
    private static final int MOST_ORDERED = 8;
    private static final int MOST_BATCHES = 10;
    private static final int ALL = 100;
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: KIND
            metadata: {name: NAME}
            spec:
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 1
                  automountServiceAccountToken: false
                  nodeSelector: {hollow: "true"}
                  tolerations: [{key: hollow, operator: Exists}]
                  containers:
                    - name: web
                      image: registry.example.com/web:1
                      env: [{name: VERSION, value: "1"}]
                      readinessProbe: {exec: {command: [ready]}, initialDelaySeconds: DELAY, periodSeconds: 1}
            """;

    /** @param nodes how many hollow nodes there are, which is how many pods a DaemonSet has */
    static RandomRelease of(long seed, int nodes) {
        Random random = new Random(seed);
        int what = random.nextInt(20);
        String kind = what < 15 ? "Deployment" : what < 18 ? "StatefulSet" : "DaemonSet";
        int replicas =
                switch (kind) {
                    case "Deployment" -> 1 + random.nextInt(MOST_REPLICAS);
                    case "StatefulSet" -> 1 + random.nextInt(MOST_ORDERED);
                    default -> nodes;
                };
        Order order = random.nextBoolean() ? Order.STOP_FIRST : Order.START_FIRST;
        int ask = random.nextInt(5);
        Pause pause = ask == 0 ? Pause.FIRST : ask == 1 ? Pause.EVERY : Pause.NONE;
        int count = 1 + random.nextInt(MOST_BATCHES);
        Strategy strategy;
        IntFunction<List<Integer>> targets;
        switch (random.nextInt(5)) {
            case 0 -> {
                List<Integer> weights = weights(random);
                strategy = new Canary(weights, pause, Duration.ZERO, Duration.ZERO, Optional.empty());
                targets = n ->
                        growing(n, weights.stream().map(w -> part(n, w, ALL)).toList());
            }
            case 1 -> {
                List<Size> sizes = sizes(random, count);
                strategy = Batches.DEFAULT
                        .withSizes(new BatchSizes(0, sizes, false, false))
                        .withOrder(order)
                        .withPause(pause);
                targets = n -> growing(n, sums(n, sizes));
            }
            default -> {
                strategy = Batches.DEFAULT
                        .withSizes(BatchSizes.equal(count))
                        .withOrder(order)
                        .withPause(pause);
                targets = n -> growing(
                        n,
                        IntStream.rangeClosed(1, count)
                                .mapToObj(i -> part(n, i, count))
                                .toList());
            }
        }
        boolean scales = kind.equals("Deployment") && random.nextInt(4) == 0;
        return new RandomRelease(
                seed,
                kind,
                replicas,
                strategy,
                targets,
                random.nextBoolean() ? 1 + random.nextInt(4) : 0,
                scales
                        ? random.ints(1 + random.nextInt(3), 1, MOST_REPLICAS + 1)
                                .boxed()
                                .toList()
                        : List.of(),
                random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 0,
                random.nextInt(4),
                random.nextBoolean());
    }

    private static List<Integer> weights(Random random) {
        TreeSet<Integer> weights = new TreeSet<>();
        random.ints(1 + random.nextInt(4), 1, ALL + 1).forEach(weights::add);
        return List.copyOf(weights);
    }

    private static List<Size> sizes(Random random, int count) {
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean percent = random.nextBoolean();
            sizes.add(new Size(1 + random.nextInt(percent ? ALL : MOST_REPLICAS / 2), percent));
        }
        return sizes;
    }

    private static int part(int pods, int of, int all) {
        return (pods * of + all - 1) / all;
    }

    private static List<Integer> sums(int pods, List<Size> sizes) {
        List<Integer> sums = new ArrayList<>();
        int sum = 0;
        for (Size size : sizes) {
            sum += size.percent() ? part(pods, size.value(), ALL) : size.value();
            sums.add(sum);
        }
        return sums;
    }

    private static List<Integer> growing(int pods, List<Integer> asked) {
        TreeSet<Integer> targets = new TreeSet<>();
        asked.forEach(t -> targets.add(Math.min(pods, t)));
        targets.add(pods);
        targets.remove(0);
        return List.copyOf(targets);
    }

    /** Whether new pods start beside the old ones. */
    boolean beside() {
        return kind.equals("Deployment") && strategy.inBatches().orElseThrow().order() == Order.START_FIRST;
    }

    /** The workload as it is before the release. */
    KubeObject before(String namespace, String name) {
        KubeObject object = with(FakeObjects.parse(manifest(name)), true)
                .with(namespace, "metadata", "namespace")
                .with("1", "spec", "template", "spec", "containers", 0, "env", 0, "value");
        return kind.equals("DaemonSet") ? object : object.with(replicas, "spec", "replicas");
    }

    /** What the release applies. */
    KubeObject after(String name) {
        KubeObject object = with(FakeObjects.parse(manifest(name)), !foreign)
                .with("2", "spec", "template", "spec", "containers", 0, "env", 0, "value");
        return kind.equals("DaemonSet") || !scalings.isEmpty() ? object : object.with(replicas, "spec", "replicas");
    }

    private String manifest(String name) {
        String manifest = MANIFEST.replace("NAME", name).replace("KIND", kind);
        return manifest.replace("DELAY", String.valueOf(startDelay));
    }

    /** @param fields whether with those that a hold replaces */
    private KubeObject with(KubeObject object, boolean fields) {
        KubeObject of = kind.equals("StatefulSet")
                ? object.with(object.name(), "spec", "serviceName").with("Parallel", "spec", "podManagementPolicy")
                : object;
        if (!fields) {
            return of;
        }
        return switch (kind) {
            case "Deployment" ->
                of.with(1, "spec", "minReadySeconds")
                        .with(900, "spec", "progressDeadlineSeconds")
                        .with("RollingUpdate", "spec", "strategy", "type")
                        .with(3, "spec", "strategy", "rollingUpdate", "maxSurge")
                        .with("40%", "spec", "strategy", "rollingUpdate", "maxUnavailable");
            case "DaemonSet" ->
                of.with("RollingUpdate", "spec", "updateStrategy", "type")
                        .with(3, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable");
            default -> of.with("RollingUpdate", "spec", "updateStrategy", "type");
        };
    }

    @Override
    public String toString() {
        Batches batches = strategy.inBatches().orElseThrow();
        return kind + " of " + replicas + ", " + targets.apply(replicas) + " new, "
                + Strategy.word(batches.order())
                + (strategy instanceof Canary ? " (canary)" : "")
                + (batches.pause() == Pause.NONE ? "" : ", pauses " + Strategy.word(batches.pause()))
                + (kills == 0 ? "" : ", " + kills + " killed")
                + (scalings.isEmpty() ? "" : ", scaled to " + scalings)
                + (abortAt == 0 ? "" : ", aborted in step " + abortAt);
    }
}
