package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome.Result;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * A thousand builds wait at once over one connection, each for a Deployment of its own, in twenty namespaces. The
 * Deployments are paused, which keeps the waits open without a pod; when they go on, half of them are well and half
 * cannot be.
 */
public class ManyWaitsClusterTest {
    private static final int NAMESPACES = 20;
    private static final int WAITS = 1000;
    private static final int MOST_THREADS = 40;
    private static final int MOST_WATCHES = 100;
    private static final int PATIENCE_MINUTES = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final String prefix = "e2e-many-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<ObjectRef> deployments = IntStream.range(0, WAITS)
            .mapToObj(i -> new ObjectRef("apps/v1", "Deployment", prefix + "-" + i % NAMESPACES, "web-" + i))
            .toList();

    @Before
    public void makeDeployments() throws Exception {
        together(cluster -> IntStream.range(0, NAMESPACES)
                .mapToObj(i -> () ->
                        cluster.create(FakeObjects.parse("{apiVersion: v1, kind: Namespace, metadata: {name: " + prefix
                                + "-" + i + ", labels: {app.kubernetes.io/managed-by: kubernetes-rollout-tests}}}"))));
        together(cluster -> deployments.stream().map(ref -> () -> cluster.create(paused(ref))));
    }

    @After
    public void deleteNamespaces() throws Exception {
        if (!Testbed.isThere()) {
            return;
        }
        together(cluster -> IntStream.range(0, NAMESPACES)
                .mapToObj(i -> () -> cluster.delete(new ObjectRef("v1", "Namespace", "", prefix + "-" + i))));
    }

    private static boolean isWell(ObjectRef ref) {
        return Integer.parseInt(ref.name().substring("web-".length())) % 2 == 0;
    }

    private static KubeObject paused(ObjectRef ref) {
        return FakeObjects.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  paused: true
                  replicas: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      serviceAccountName: absent
                      containers: [{name: web, image: "registry.example.com/web:1"}]
                """.formatted(ref.name(), ref.namespace(), isWell(ref) ? 0 : 1));
    }

    /** Calls on some threads, which have ended afterwards, as has the connection. */
    private static void together(Function<Fabric8Cluster, Stream<Runnable>> work) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            List<CompletableFuture<Void>> all = work.apply(cluster)
                    .map(call -> CompletableFuture.runAsync(call, callers))
                    .toList();
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } finally {
            callers.shutdown();
            callers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    @Test
    public void thousandWaitsShareFewThreadsAndWatchesAndLeaveNothing() throws Exception {
        awaitEnd(waitForAll(threads()));
    }

    /** @return the threads that there were more than before; in a method of its own, so that nothing refers to them */
    private Set<Thread> waitForAll(Set<Thread> before) throws Exception {
        int baseline = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            CountDownLatch waiting = new CountDownLatch(WAITS);
            List<CompletableFuture<HealthOutcome>> outcomes = new ArrayList<>();
            for (ObjectRef ref : deployments) {
                CompletableFuture<HealthOutcome> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                start(ref, cluster, scheduler, new FirstState(waiting), outcome::complete);
            }
            assertThat("all wait", waiting.await(PATIENCE_MINUTES, TimeUnit.MINUTES), is(true));
            Set<Thread> during = threads();
            during.removeAll(before);
            int most = THREADS.getPeakThreadCount() - baseline;
            System.out.println(WAITS + " waits: " + cluster.openWatches() + " watches, " + during.size() + " threads, "
                    + most + " at most");
            assertThat("threads", during.size(), lessThanOrEqualTo(MOST_THREADS));
            assertThat("watches", cluster.openWatches(), lessThanOrEqualTo(MOST_WATCHES));

            together(other -> deployments.stream()
                    .map(ref -> () -> other.patch(ref, KubeObject.empty().with(false, "spec", "paused"))));
            for (int i = 0; i < WAITS; i++) {
                assertOutcome(deployments.get(i), outcomes.get(i).get(PATIENCE_MINUTES, TimeUnit.MINUTES));
            }
            assertThat("watches afterwards", cluster.openWatches(), equalTo(0));
            return during;
        }
    }

    private static void start(
            ObjectRef ref,
            Fabric8Cluster cluster,
            SystemScheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done) {
        WaitRequest request = WaitRequest.of(ref.namespace(), List.of(new WaitRequest.Target(ref, 0)))
                .withTimeout(Duration.ofMinutes(PATIENCE_MINUTES));
        HealthWatch.start(request, cluster.reportingTo(sink), scheduler, sink, done);
    }

    private static void assertOutcome(ObjectRef ref, HealthOutcome outcome) {
        assertThat(outcome.toString(), outcome.result(), equalTo(isWell(ref) ? Result.HEALTHY : Result.FAILED));
        if (!isWell(ref)) {
            assertThat(outcome.cause().orElseThrow().code(), equalTo("ServiceAccountMissing"));
        }
    }

    // The JVM's own pool, on which the JDK's HTTP client ends each request, is as large as the machine.
    private static Set<Thread> threads() {
        Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
        all.removeIf(t -> t.getName().startsWith("ForkJoinPool.commonPool"));
        return all;
    }

    private static void awaitEnd(Iterable<Thread> threads) throws InterruptedException {
        System.gc(); // before Java 21 the JDK's HTTP client ends its thread when nobody refers to it any more
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(2));
            assertThat(thread + " ends", thread.isAlive(), is(false));
        }
    }

    /** Counts a wait once it has judged its target for the first time. */
    private static final class FirstState implements ProgressSink {
        private final CountDownLatch waiting;
        private final AtomicBoolean counted = new AtomicBoolean();

        FirstState(CountDownLatch waiting) {
            this.waiting = waiting;
        }

        @Override
        public void accept(ProgressEvent event) {
            if (event instanceof ProgressEvent.HealthChanged && counted.compareAndSet(false, true)) {
                waiting.countDown();
            }
        }
    }
}
