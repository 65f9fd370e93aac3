package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.manifest.YamlText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Random releases in batches against real controllers, on hollow nodes, while pods are deleted, replicas are changed and
 * releases are aborted: whatever happens, what batches promise holds after every single event. {@code RANDOM_RELEASES}
 * says how many (12; the full figure is 200), {@code RANDOM_SEED} repeats those of a run, which prints it.
 */
public class RandomReleasesClusterTest {
    private static final int FEW = 12;
    private static final int LANES = 12;
    private static final int PATIENCE_MINUTES = 15;
    private static final int TOLD = 5;
    private static final int LONGEST_MILLIS = 12_000;

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<OwnNamespace> namespaces = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicInteger aborted = new AtomicInteger();
    private final AtomicInteger crowded = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final Map<Integer, String> failures = new ConcurrentHashMap<>();
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;
    private int nodes;

    @Before
    public void open() {
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE);
        nodes = (int) cluster.list(Selection.of("v1", "Node", "").labelled("hollow=true")).stream()
                .filter(ReleaseLedger::isReady)
                .count();
        assumeTrue("there are no hollow nodes: HOLLOW=8 testbed/up makes them", nodes > 0);
        for (int i = 0; i < LANES; i++) {
            OwnNamespace namespace = new OwnNamespace("e2e-random");
            namespace.before();
            namespaces.add(namespace);
        }
    }

    @After
    public void close() {
        namespaces.forEach(OwnNamespace::after);
        workers.shutdownNow();
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Test
    public void promiseHoldsAfterEveryEvent() throws Exception {
        int count = number("RANDOM_RELEASES").map(Long::intValue).orElse(FEW);
        long seed = number("RANDOM_SEED").orElseGet(() -> new Random().nextLong() >>> 32);
        System.out.println(count + " releases on " + nodes + " hollow nodes, RANDOM_SEED=" + seed);
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (OwnNamespace namespace : namespaces) {
            lanes.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = next.incrementAndGet(); i <= count; i = next.incrementAndGet()) {
                            one(i, RandomRelease.of(seed + i, nodes), namespace);
                        }
                    },
                    workers));
        }
        for (CompletableFuture<Void> lane : lanes) {
            lane.get();
        }
        System.out.println(count + " releases, RANDOM_SEED=" + seed + ": " + events + " events, " + taken
                + " ready pods taken away, " + aborted + " aborts, " + crowded
                + " times more pods than replicas and a batch, " + losses + " watches lost, " + failures.size()
                + " failures");
        assertThat("RANDOM_SEED=" + seed, failures.entrySet(), empty());
    }

    private static Optional<Long> number(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(v -> !v.isEmpty())
                .map(Long::valueOf);
    }

    private void one(int number, RandomRelease release, OwnNamespace namespace) {
        long begun = System.nanoTime();
        List<String> wrong;
        try {
            wrong = new Run(number, release, namespace).run();
        } catch (Exception | AssertionError e) {
            wrong = List.of(e.toString());
        }
        if (!wrong.isEmpty()) {
            failures.put(number, wrong.size() + " times, first: " + wrong.get(0));
        }
        System.out.println(number + ": " + release + ": " + (wrong.isEmpty() ? "ok" : told(wrong)) + ", "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s");
    }

    private static String told(List<String> wrong) {
        String first = wrong.stream().limit(TOLD).collect(Collectors.joining("\n  ", "\n  ", "\n  "));
        return wrong.size() + " violations:" + first;
    }

    /** One release and what is done to it. */
    private final class Run {
        private final RandomRelease release;
        private final ObjectRef workload;
        private final String namespace;
        private final Random random;
        private final Set<String> killed = new HashSet<>();
        private final AtomicReference<WatchToken> token = new AtomicReference<>();
        private final AtomicInteger steps = new AtomicInteger();
        private final AtomicReference<Cancellable> running = new AtomicReference<>();
        private final BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();

        Run(int number, RandomRelease release, OwnNamespace namespace) {
            this.release = release;
            this.namespace = namespace.name();
            this.workload = namespace.ref("apps/v1", release.kind(), "web-" + number);
            this.random = new Random(release.seed());
        }

        List<String> run() throws InterruptedException {
            cluster.create(release.before(namespace, workload.name()));
            Testbed.await(cluster, workload, o -> ready(o) == release.replicas());
            KubeObject original = fields();
            List<String> wrong = new ArrayList<>();
            try (ReleaseLedger ledger = new ReleaseLedger(cluster, workload)) {
                List<Cancellable> disturbances = disturb(ledger);
                ReleaseRecord record = toItsEnd();
                disturbances.forEach(Cancellable::cancel);
                if (record.outcome() != Outcome.HEALTHY) {
                    wrong.add(record.outcome() + ": "
                            + record.problem().map(Problem::sentence).orElse(""));
                }
                BatchPromise promise = new BatchPromise(release.targets(), release.beside(), killed());
                wrong.addAll(promise.brokenBy(ledger.entries()));
                events.addAndGet(promise.checked());
                taken.addAndGet(promise.taken());
                crowded.addAndGet(promise.crowded());
                losses.addAndGet(ledger.losses());
            }
            if (!fields().equals(original)) {
                wrong.add("its fields were " + original + " and are " + fields());
            }
            if (cluster.get(workload).orElseThrow().annotations().containsKey(Hold.ANNOTATION)) {
                wrong.add("the hold's annotation is left");
            }
            cluster.delete(workload);
            return wrong;
        }

        private long ready(KubeObject object) {
            String field = release.kind().equals("DaemonSet") ? "numberReady" : "readyReplicas";
            return object.numberOr(0, "status", field);
        }

        /** All but what the release or somebody else is to change. */
        private KubeObject fields() {
            return cluster.get(workload)
                    .orElseThrow()
                    .child("spec")
                    .without("template")
                    .without("replicas");
        }

        private Set<String> killed() {
            synchronized (killed) {
                return Set.copyOf(killed);
            }
        }

        private List<Cancellable> disturb(ReleaseLedger ledger) {
            List<Cancellable> all = new ArrayList<>();
            for (int i = 0; i < release.kills(); i++) {
                int which = random.nextInt(Integer.MAX_VALUE);
                all.add(later(() -> kill(ledger.alive(), which)));
            }
            for (int replicas : release.scalings()) {
                all.add(later(() -> cluster.patch(workload, KubeObject.empty().with(replicas, "spec", "replicas"))));
            }
            return all;
        }

        private Cancellable later(Runnable task) {
            Duration delay = Duration.ofMillis(random.nextInt(LONGEST_MILLIS));
            return scheduler.after(delay, () -> scheduler.offload(task));
        }

        private void kill(List<KubeObject> pods, int which) {
            if (!pods.isEmpty()) {
                KubeObject pod = pods.get(which % pods.size());
                synchronized (killed) {
                    killed.add(pod.uid());
                }
                cluster.delete(pod.ref(), pod.uid());
            }
        }

        private ReleaseRecord toItsEnd() throws InterruptedException {
            ReleaseTools tools = new ReleaseTools(cluster, scheduler, workers, ProgressSink.NONE);
            ReleaseRequest request = ReleaseRequest.builder()
                    .namespace(namespace)
                    .timeout(Duration.ofMinutes(10))
                    .strategy(release.strategy())
                    .manifests(List.of(
                            new ManifestSource("deploy/web.yaml", YamlText.write(release.after(workload.name())))))
                    .build();
            running.set(ReleaseRun.start(request, tools, this::saved, ended::add));
            ReleaseRecord record = end();
            while (record.outcome() == Outcome.PAUSED || record.outcome() == Outcome.CANCELLED) {
                aborted.addAndGet(record.outcome() == Outcome.CANCELLED ? 1 : 0);
                WatchToken from = WatchToken.decode(token.get().encode());
                running.set(ReleaseRun.continueFrom(from, tools, this::saved, ended::add));
                record = end();
            }
            return record;
        }

        private ReleaseRecord end() throws InterruptedException {
            ReleaseRecord record = ended.poll(PATIENCE_MINUTES, TimeUnit.MINUTES);
            if (record == null) {
                running.get().cancel();
                throw new AssertionError("the release did not end: " + cluster.get(workload));
            }
            return record;
        }

        private void saved(WatchToken now) {
            token.set(now);
            if (now.phase() == Phase.RELEASE && steps.incrementAndGet() == release.abortAt()) {
                scheduler.after(Duration.ofMillis(random.nextInt(2_000)), () -> Optional.ofNullable(running.get())
                        .ifPresent(Cancellable::cancel));
            }
        }
    }
}
