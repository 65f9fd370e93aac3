package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;

/** A release that cannot succeed ends as soon as that is certain; what a user would run instead goes on waiting. */
public class DecisiveFailureClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-decisive");

    private static final Set<String> PULL_ERRORS = Set.of("ErrImagePull", "ImagePullBackOff");
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: web, image: "REGISTRY/base/web:TAG", resources: {limits: {memory: 64Mi}}}]
            """;

    private final CompletableFuture<Instant> pullError = new CompletableFuture<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;
    private Process kubectl;

    @Before
    public void open() {
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE);
    }

    @After
    public void close() {
        workers.shutdownNow();
        if (kubectl != null) {
            kubectl.destroy();
        }
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Test
    public void wrongTagFailsWithItsCauseWhileKubectlStillWaits() throws Exception {
        assertThat(release("1", ProgressSink.NONE).outcome(), equalTo(Outcome.HEALTHY));
        Cancellable watch = cluster.watch(new Selection("v1", "Pod", NAMESPACE.name(), "", ""), new FirstPullError());
        Instant begun = Instant.now();

        ReleaseRecord record = release("no-such-tag", this::startKubectlWithTheWait);

        Instant failed = Instant.now();
        boolean stillWaiting = kubectl.isAlive();
        Instant seen = pullError.get(0, TimeUnit.SECONDS);
        watch.cancel();
        print("first pull error in the API", begun, seen);
        print("release failed with its cause", begun, failed);
        System.out.printf(
                "between the two: %d ms%n", Duration.between(seen, failed).toMillis());
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        Health.Cause cause = record.cause().orElseThrow();
        assertThat(cause.code(), equalTo("ImageNotFound"));
        assertThat(record.problem().orElseThrow().sentence(), containsString("base/web:no-such-tag"));
        assertThat("the API told of it first", seen.isAfter(failed), is(false));
        assertThat("kubectl rollout status still waits", stillWaiting, is(true));
    }

    private void startKubectlWithTheWait(ProgressEvent event) {
        if (event instanceof ProgressEvent.StageStarted started
                && started.stage().equals("Wait for health")) {
            try {
                kubectl = new ProcessBuilder(
                                "kubectl",
                                "-n",
                                NAMESPACE.name(),
                                "rollout",
                                "status",
                                "deployment/web",
                                "--timeout=120s")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException("kubectl cannot be started", e);
            }
        }
    }

    private ReleaseRecord release(String tag, ProgressSink sink) throws Exception {
        assumeTrue(
                "kubectl is not installed",
                new ProcessBuilder("sh", "-c", "command -v kubectl").start().waitFor() == 0);
        String text = MANIFEST.replace("REGISTRY", Testbed.registry()).replace("TAG", tag);
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace(NAMESPACE.name())
                .manifests(List.of(new ManifestSource("web.yaml", text)))
                .onFailure(OnFailure.LEAVE)
                .build();
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseRun.start(request, new ReleaseTools(cluster, scheduler, workers, sink), token -> {}, ended::add);
        ReleaseRecord record = ended.poll(180, TimeUnit.SECONDS);
        assertThat("the release ended", record != null);
        return record;
    }

    private static void print(String what, Instant begun, Instant then) {
        System.out.printf(
                "%-30s %s (%d ms after the start)%n",
                what, then, Duration.between(begun, then).toMillis());
    }

    /** Shares its connection with the release's own watch and is told before it, so that the order is that of the API. */
    private final class FirstPullError implements WatchListener {
        @Override
        public void changed(KubeObject pod) {
            boolean broken = pod.children("status", "containerStatuses").stream()
                    .anyMatch(c -> PULL_ERRORS.contains(
                            c.text("state", "waiting", "reason").orElse("")));
            if (broken) {
                pullError.complete(Instant.now());
            }
        }

        @Override
        public void deleted(KubeObject pod) {
            // of no interest
        }

        @Override
        public void synced() {
            // what exists has been told
        }

        @Override
        public void failed(RuntimeException reason) {
            pullError.completeExceptionally(reason);
        }
    }
}
