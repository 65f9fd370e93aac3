package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;

/** Whole releases on a real cluster. */
public class ReleaseRunClusterTest {
    private static final String NAMESPACE = "e2e-release";
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", NAMESPACE, "web");
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {VERSION: "1"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: REGISTRY/base/web:1
                      ports: [{containerPort: 8080}]
                      envFrom: [{configMapRef: {name: settings}}]
                      resources:
                        requests: {cpu: 10m, memory: 16Mi}
                        limits: {memory: 64Mi}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;
    private static final String ORDERED = """
            apiVersion: v1
            kind: Service
            metadata: {name: store}
            spec: {clusterIP: None, selector: {app: store}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              replicas: 2
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: store, image: "REGISTRY/base/web:1", resources: {limits: {memory: 64Mi}}}]
            """;
    private final CapturingSink sink = new CapturingSink();
    private final List<WatchToken> saved = new ArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;

    @BeforeClass
    public static void makeNamespace() throws InterruptedException {
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            Testbed.freshNamespace(cluster, NAMESPACE);
        }
    }

    @Before
    public void open() throws InterruptedException {
        ClusterAccess access = Testbed.access();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, sink);
        cluster.delete(WEB);
        Testbed.awaitGone(cluster, WEB);
    }

    @After
    public void close() {
        workers.shutdownNow();
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @AfterClass
    public static void removeNamespace() {
        if (!Testbed.isThere()) {
            return;
        }
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            cluster.delete(new ObjectRef("v1", "Namespace", "", NAMESPACE));
        }
    }

    @Test
    public void releasesThenChangesNothingThenReleasesChangedConfiguration() throws InterruptedException {
        ReleaseRecord first = run(request(MANIFESTS));
        assertThat(first.outcome(), equalTo(Outcome.HEALTHY));
        long generation = live().numberOr(0, "metadata", "generation");
        ReleaseRecord second = run(request(MANIFESTS));
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(second.objects().stream().map(ObjectChange::change).toList(), everyItem(is(Change.UNCHANGED)));
        assertThat(live().numberOr(0, "metadata", "generation"), equalTo(generation));
        ReleaseRecord third = run(request(MANIFESTS.replace("VERSION: \"1\"", "VERSION: \"2\"")));
        assertThat(third.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().numberOr(0, "metadata", "generation"), equalTo(generation + 1));
        assertThat(ReleaseRecord.fromJson(third.toJson()).objects(), equalTo(third.objects()));
    }

    @Test
    public void wrongTagIsRolledBackAndHealthyAgain() throws InterruptedException {
        run(request(MANIFESTS));
        KubeObject before = live();
        String broken = MANIFESTS
                .replace("base/web:1", "base/web:absent")
                .replace("envFrom:", "env: [{name: NEW, value: x}]\n          envFrom:");
        ReleaseRecord failed = run(request(broken));
        assertThat(failed.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(failed.problem().orElseThrow().kind(), equalTo(Problem.Kind.UNHEALTHY));
        assertThat(failed.cause().orElseThrow().container(), equalTo("web"));
        assertThat(live().child("spec", "template"), equalTo(before.child("spec", "template")));
        assertThat("the token was saved when applied and when rolled back", saved, hasSize(3));
        ReleaseRecord mended = run(request(MANIFESTS.replace("periodSeconds: 1", "periodSeconds: 2")));
        assertThat("nothing conflicts after a rollback", mended.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                live().children("spec", "template", "spec", "containers").get(0).has("env"), is(false));
    }

    @Test
    public void statefulSetIsRolledBackAlthoughItWaitsForItsBrokenPod() throws InterruptedException {
        run(request(ORDERED));
        ReleaseRecord failed = run(request(ORDERED.replace("base/web:1", "base/web:absent")));
        assertThat(failed.outcome(), equalTo(Outcome.ROLLED_BACK));
    }

    @Test
    public void failedReleaseIsHeldAndTheNextGoesOn() throws InterruptedException {
        run(request(MANIFESTS));
        ReleaseRecord held = run(builder(MANIFESTS.replace("base/web:1", "base/web:absent"))
                .onFailure(OnFailure.HOLD)
                .build());
        assertThat(held.outcome(), equalTo(Outcome.HELD));
        assertThat(live().flag("spec", "paused"), is(true));
        assertThat(run(request(MANIFESTS)).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().flag("spec", "paused"), is(false));
    }

    @Test
    public void firstReleaseThatFailsIsLeftAndSaidSo() throws InterruptedException {
        ReleaseRecord failed = run(request(MANIFESTS.replace("base/web:1", "base/web:absent")));
        assertThat(failed.outcome(), equalTo(Outcome.FAILED));
        assertThat(failed.problem().orElseThrow().reason(), containsString("is new and has no previous revision"));
    }

    @Test
    public void imageOfOneWorkloadAlone() throws InterruptedException {
        run(request(MANIFESTS));
        String pinned = Testbed.pinned("base/web", "1");
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace(NAMESPACE)
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse(pinned)))
                .build();
        ReleaseRecord record = run(request);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.images(), hasSize(1));
        assertThat(live().numberOr(0, "spec", "replicas"), equalTo(2L));
        assertThat(live().child("spec", "template").toMap().toString(), containsString(pinned));
        assertThat(run(request).objects().get(0).change(), equalTo(Change.UNCHANGED));
    }

    @Test
    public void refusedObjectsAreToldTogetherAndNothingIsChanged() throws InterruptedException {
        String bad = MANIFESTS
                .replace("name: settings}", "name: settings, labels: {x: \"no good\"}}")
                .replace("cpu: 10m", "cpu: 10m, example.com/thing: 5");
        ReleaseRecord record = run(request(bad));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(record.objects(), hasSize(0));
        assertThat(cluster.get(WEB).isPresent(), is(false));
    }

    @Test
    public void conflictNamesTheOtherManager() throws InterruptedException {
        run(request(MANIFESTS));
        RawClient.apply(
                Testbed.access(),
                FakeObjects.parse("{apiVersion: apps/v1, kind: Deployment,"
                        + " metadata: {name: web, namespace: e2e-release}, spec: {replicas: 3}}"),
                "an-autoscaler");
        ReleaseRecord record = run(request(MANIFESTS));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(
                record.problem().orElseThrow().sentence(),
                allOf(
                        containsString("an-autoscaler"),
                        containsString("spec.replicas"),
                        containsString("Nothing was changed")));
        assertThat(run(builder(MANIFESTS).force(true).build()).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void folderThatKubectlHasAppliedForYearsIsReleasedWithoutForce() throws InterruptedException {
        for (KubeObject object : FakeObjects.parseAll(MANIFESTS.replace("REGISTRY", Testbed.registry()))) {
            KubeObject named = object.with(NAMESPACE, "metadata", "namespace");
            cluster.delete(named.ref());
            Testbed.awaitGone(cluster, named.ref());
            RawClient.create(
                    Testbed.access(),
                    (object.apiVersion().equals("v1") ? "/api/v1" : "/apis/apps/v1") + "/namespaces/" + NAMESPACE + "/"
                            + object.kind().toLowerCase(Locale.ROOT) + "s",
                    named.with("{}", "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
                    "kubectl-client-side-apply");
        }
        RawClient.change(
                Testbed.access(),
                FakeObjects.parse("{apiVersion: apps/v1, kind: Deployment,"
                        + " metadata: {name: web, namespace: e2e-release}, spec: {replicas: 1}}"),
                "kubectl-edit");
        String changed =
                MANIFESTS.replace("periodSeconds: 1", "periodSeconds: 2").replace("VERSION: \"1\"", "VERSION: \"2\"");
        ReleaseRecord first = run(request(changed));
        assertThat(first.problem().map(Problem::sentence).orElse(""), first.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(sink.lines(), hasItem(containsString("taken over from kubectl-client-side-apply: data.VERSION")));
        assertThat(sink.lines(), hasItem(containsString("taken over from kubectl-edit: spec.replicas")));
        sink.clear();
        ReleaseRecord second =
                run(request(changed.replace("          envFrom: [{configMapRef: {name: settings}}]\n", "")
                        .replace("cpu: 10m", "cpu: 20m")));
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat("nothing is kubectl's any more", sink.lines(), not(hasItem(containsString("taken over"))));
        assertThat(
                live().children("spec", "template", "spec", "containers").get(0).has("envFrom"), is(false));
    }

    @Test
    public void missingNamespaceIsRefusedOrCreated() throws InterruptedException {
        String other = "e2e-release-new";
        Testbed.removeNamespace(cluster, other);
        ReleaseRequest.Builder builder = builder(MANIFESTS).namespace(other);
        ReleaseRecord refused = run(builder.build());
        assertThat(refused.problem().orElseThrow().sentence(), containsString("createNamespace"));
        ReleaseRecord made = run(builder.createNamespace(true).build());
        assertThat(made.outcome(), equalTo(Outcome.HEALTHY));
        cluster.delete(new ObjectRef("v1", "Namespace", "", other));
    }

    @Test
    public void dryRunTellsDifferencesAndChangesNothing() throws InterruptedException {
        run(request(MANIFESTS));
        KubeObject before = live();
        sink.clear();
        ReleaseRecord record = run(builder(MANIFESTS.replace("replicas: 2", "replicas: 1"))
                .dryRun(true)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(sink.lines(), hasItem(containsString("-  replicas: 2")));
        assertThat(live().child("spec"), equalTo(before.child("spec")));
    }

    @Test
    public void mendedLegacyFolderIsReleasedOnThisVersion() throws InterruptedException, IOException {
        List<ManifestSource> sources = new ArrayList<>();
        for (String file : List.of("deployment", "log-rule-definition", "log-rule", "registry-login", "service")) {
            String path = "/manifests/legacy-mended/" + file + ".yaml";
            String text = new String(getClass().getResourceAsStream(path).readAllBytes(), StandardCharsets.UTF_8);
            sources.add(new ManifestSource(file + ".yaml", text));
        }
        Testbed.removeNamespace(cluster, "e2e-legacy");
        ReleaseRecord record = run(ReleaseRequest.builder()
                .namespace("e2e-legacy")
                .createNamespace(true)
                .awaitHealthy(false)
                .manifests(sources)
                .build());
        assertThat(record.problem().map(Problem::sentence).orElse(""), record.outcome(), equalTo(Outcome.APPLIED));
        cluster.delete(new ObjectRef("v1", "Namespace", "", "e2e-legacy"));
    }

    @Test
    public void resumesFromItsToken() throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        BlockingQueue<WatchToken> tokens = new LinkedBlockingQueue<>();
        Cancellable running = ReleaseRun.start(request(MANIFESTS), tools(), tokens::add, ended::add);
        String text = tokens.poll(60, TimeUnit.SECONDS).encode();
        running.cancel();
        assertThat(ended.poll(60, TimeUnit.SECONDS).outcome(), equalTo(Outcome.CANCELLED));
        ReleaseRun.resume(WatchToken.decode(text), tools(), tokens::add, ended::add);
        ReleaseRecord record = ended.poll(120, TimeUnit.SECONDS);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.objects(), hasSize(3));
    }

    @Test
    public void readOnlyRoleIsRefusedInOneErrorBeforeAnythingChanges() throws InterruptedException {
        ClusterAccess access = RawClient.readOnlyUser(Testbed.access(), cluster, NAMESPACE);
        try (Fabric8Cluster reader = Fabric8Cluster.open(access, scheduler, sink)) {
            BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
            ReleaseTools tools = new ReleaseTools(reader, scheduler, workers, sink);
            ReleaseRun.start(request(MANIFESTS), tools, saved::add, ended::add);
            ReleaseRecord record = ended.poll(60, TimeUnit.SECONDS);
            assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
            assertThat(
                    record.problem().orElseThrow().sentence(),
                    allOf(
                            containsString("patch deployments"),
                            containsString("kind: Role"),
                            containsString("Nothing was changed")));
            assertThat(cluster.get(WEB).isPresent(), is(false));
        }
    }

    @Test
    public void apiServerAwayWhileRollingBack() throws Exception {
        run(request(MANIFESTS));
        ReleaseRecord record = runWithFaultAt("Roll back", MANIFESTS.replace("base/web:1", "base/web:absent"));
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
    }

    @Test
    public void apiServerAwayBeforePlanning() throws Exception {
        Testbed.fault("apiserver", 20);
        assertThat(run(request(MANIFESTS)).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void apiServerAwayWhileAsking() throws Exception {
        assertThat(runWithFaultAt("Ask the server").outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void apiServerAwayWhileApplying() throws Exception {
        assertThat(runWithFaultAt("Apply").outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void apiServerAwayWhileWaiting() throws Exception {
        assertThat(runWithFaultAt("Wait for health").outcome(), equalTo(Outcome.HEALTHY));
    }

    private ReleaseRecord runWithFaultAt(String stage) throws InterruptedException {
        return runWithFaultAt(stage, MANIFESTS);
    }

    private ReleaseRecord runWithFaultAt(String stage, String manifests) throws InterruptedException {
        Consumer<ProgressEvent> fault = event -> {
            if (event instanceof ProgressEvent.StageStarted started
                    && started.stage().equals(stage)) {
                try {
                    Testbed.fault("apiserver", 20);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        return run(request(manifests), event -> {
            fault.accept(event);
            sink.accept(event);
        });
    }

    private KubeObject live() {
        return cluster.get(WEB).orElseThrow();
    }

    private static ReleaseRequest request(String manifests) {
        return builder(manifests).build();
    }

    private static ReleaseRequest.Builder builder(String manifests) {
        String text = manifests.replace("REGISTRY", Testbed.registry());
        return ReleaseRequest.builder()
                .namespace(NAMESPACE)
                .timeout(Duration.ofMinutes(3))
                .manifests(List.of(new ManifestSource("deploy/web.yaml", text)));
    }

    private ReleaseTools tools() {
        return new ReleaseTools(cluster, scheduler, workers, sink);
    }

    private ReleaseRecord run(ReleaseRequest request) throws InterruptedException {
        return run(request, sink);
    }

    private ReleaseRecord run(ReleaseRequest request, ProgressSink told) throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, workers, told);
        ReleaseRun.start(request, tools, saved::add, ended::add);
        ReleaseRecord record = ended.poll(300, TimeUnit.SECONDS);
        assertThat("the release ended", record != null);
        return record;
    }
}
