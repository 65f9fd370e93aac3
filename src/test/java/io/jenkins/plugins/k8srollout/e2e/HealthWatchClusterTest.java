package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** What a real kubelet shows when a release goes well or wrong, and how soon it is understood. */
public class HealthWatchClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-health");

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String PROBED = "readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}";

    private static SystemScheduler scheduler;
    private static Fabric8Cluster cluster;

    private final CapturingSink sink = new CapturingSink();

    @BeforeClass
    public static void connect() {
        var access = Testbed.access();
        Testbed.registry();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, ProgressSink.NONE);
    }

    @AfterClass
    public static void leave() {
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @After
    public void show() {
        sink.lines().forEach(System.out::println);
    }

    @Test
    public void goodReleaseIsHealthyAndStable() throws Exception {
        HealthOutcome outcome = release("good", ":1", PROBED, wait -> wait.withStableFor(Duration.ofSeconds(3)));
        assertThat(outcome.toString(), outcome.isHealthy(), equalTo(true));
    }

    @Test
    public void wrongTagIsUnderstoodWithinTwoSecondsOfTheFirstPullError() throws Exception {
        CompletableFuture<Instant> seen = new CompletableFuture<>();
        Cancellable probe =
                cluster.watch(Selection.of("v1", "Pod", NAMESPACE.name()), new FirstPullError("wrong-tag", seen));
        HealthOutcome outcome = release("wrong-tag", ":no-such-tag", "", wait -> wait);
        probe.cancel();
        Instant error = seen.get(1, TimeUnit.SECONDS);
        System.out.println("first pull error seen in the API " + error + ", release failed " + outcome.finished() + ": "
                + Duration.between(error, outcome.finished()).toMillis() + " ms");
        failedBy(outcome, "ImageNotFound");
        assertThat(Duration.between(error, outcome.finished()), lessThan(SOON));
    }

    @Test
    public void missingConfigMapIsNamed() throws Exception {
        HealthOutcome outcome = release("no-config", ":1", "envFrom: [{configMapRef: {name: absent}}]", wait -> wait);
        failedBy(outcome, "ConfigurationMissing");
        assertThat(outcome.toProblem().reason(), containsString("configmap \"absent\" not found"));
    }

    @Test
    public void crashOfAnUnprobedContainerIsNotTakenForHealthAndIsShownWithItsLog() throws Exception {
        HealthOutcome outcome = release("crash", ":1", "env: [{name: EXIT_CODE, value: '3'}]", wait -> wait);
        failedBy(outcome, "CrashLoopBackOff");
        assertThat(outcome.cause().orElseThrow().detail(), containsString("exit code 3"));
        assertThat(outcome.log().orElseThrow().lines(), hasItem(containsString("exit 3 as told")));
    }

    @Test
    public void quotaIsNamed() throws Exception {
        cluster.apply(FakeObjects.parse("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: gpu, namespace: %s}
                spec: {hard: {requests.example.com/gpu: "1"}}
                """.formatted(NAMESPACE.name())), ApplyOptions.PLAIN);
        Testbed.await(cluster, NAMESPACE.ref("v1", "ResourceQuota", "gpu"), quota -> quota.has("status", "used"));
        HealthOutcome outcome = release(
                "quota",
                ":1",
                "resources: {requests: {example.com/gpu: '2'}, limits: {example.com/gpu: '2'}}",
                wait -> wait);
        failedBy(outcome, "QuotaExceeded");
    }

    @Test
    public void podWithoutANodeFailsAfterItsPatience() throws Exception {
        HealthOutcome outcome = release(
                "no-node",
                ":1",
                "resources: {requests: {cpu: '1000'}}",
                wait -> wait.withPolicy(HealthPolicy.DEFAULT.withScheduling(Duration.ofSeconds(3))));
        failedBy(outcome, "Unschedulable");
        assertThat(outcome.cause().orElseThrow().detail(), containsString("Insufficient cpu"));
    }

    @Test
    public void secondReleaseThatIsWrongLeavesTheFirstServing() throws Exception {
        assertThat(release("second", ":1", PROBED, wait -> wait).isHealthy(), equalTo(true));
        HealthOutcome outcome = release("second", ":no-such-tag", PROBED, wait -> wait);
        failedBy(outcome, "ImageNotFound");
        assertThat(
                sink.lines(), hasItem("waiting  Deployment/" + NAMESPACE.name() + "/second: 1 old pod is still there"));
    }

    private void failedBy(HealthOutcome outcome, String code) {
        assertThat(outcome.toString(), outcome.result(), equalTo(HealthOutcome.Result.FAILED));
        System.out.println(outcome.toProblem().sentence());
        assertThat(outcome.cause().orElseThrow().code(), equalTo(code));
    }

    private HealthOutcome release(String name, String tag, String container, UnaryOperator<WaitRequest> wishes)
            throws Exception {
        KubeObject applied = cluster.apply(deployment(name, tag, container), ApplyOptions.PLAIN)
                .after();
        long generation = applied.numberOr(0, "metadata", "generation");
        WaitRequest request = wishes.apply(
                WaitRequest.of(NAMESPACE.name(), List.of(new WaitRequest.Target(applied.ref(), generation)))
                        .withTimeout(Duration.ofMinutes(2)));
        CompletableFuture<HealthOutcome> outcome = new CompletableFuture<>();
        HealthWatch.start(request, cluster, scheduler, sink, outcome::complete);
        HealthOutcome found = outcome.get(3, TimeUnit.MINUTES);
        System.out.println(name + " took " + found.took().toMillis() + " ms: " + found.result());
        return found;
    }

    private static KubeObject deployment(String name, String tag, String container) {
        return FakeObjects.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %5$s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: app
                          image: %2$s/base/web%3$s
                          %4$s
                """.formatted(name, Testbed.registry(), tag, container, NAMESPACE.name()));
    }

    /** Notes when the API first shows that an image cannot be pulled. */
    private record FirstPullError(String prefix, CompletableFuture<Instant> seen) implements WatchListener {
        @Override
        public void changed(KubeObject pod) {
            boolean broken = pod.name().startsWith(prefix)
                    && pod.children("status", "containerStatuses").stream()
                            .map(c -> c.text("state", "waiting", "reason").orElse(""))
                            .anyMatch(r -> r.equals("ErrImagePull") || r.equals("ImagePullBackOff"));
            if (broken) {
                seen.complete(Instant.now());
            }
        }

        @Override
        public void deleted(KubeObject pod) {}

        @Override
        public void synced() {}

        @Override
        public void failed(RuntimeException reason) {
            seen.completeExceptionally(reason);
        }
    }
}
