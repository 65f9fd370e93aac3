package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;

/** Rollbacks on a real cluster: what its controllers leave behind, and what others do meanwhile. */
public class RollbackClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-rollback");

    private static final String MANIFESTS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              progressDeadlineSeconds: 30
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: REGISTRY/base/web:1
                      env: [{name: COLOUR, value: blue}]
                      resources:
                        requests: {cpu: 10m, memory: 16Mi}
                        limits: {memory: 64Mi}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;
    private static final String NEVER_READY = MANIFESTS.replace("port: 8080}, period", "port: 8081}, period");
    private static final String ON_DELETE = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              replicas: 1
              updateStrategy: {type: OnDelete}
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: store
                      image: "REGISTRY/base/web:1"
                      env: [{name: COLOUR, value: one}]
                      resources: {limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;

    private final CapturingSink sink = new CapturingSink();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private SystemScheduler scheduler;
    private Fabric8Cluster cluster;

    @Before
    public void open() throws InterruptedException {
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(Testbed.access(), scheduler, sink);
        for (ObjectRef ref : List.of(web(), store())) {
            cluster.delete(ref);
            Testbed.awaitGone(cluster, ref);
        }
    }

    @After
    public void close() {
        workers.shutdownNow();
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Test
    public void progressThatTheFailedRevisionDidNotMakeFailsNoRollback() throws InterruptedException {
        run(MANIFESTS);
        KubeObject good = template(web());
        ReleaseRecord record = run(NEVER_READY);
        assertThat(sentence(record), containsString("made no progress for 30 s"));
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(template(web()), equalTo(good));
    }

    @Test
    public void variableThatSomebodyHasAddedIsRemovedByTheRollback() throws InterruptedException {
        run(MANIFESTS);
        KubeObject good = template(web());
        ReleaseRecord record = runWith(NEVER_READY, "Wait for health", () -> addVariable("ADDED"));
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat("the variable and nothing else is gone", template(web()), equalTo(good));
        assertThat(run(MANIFESTS.replace("blue", "green")).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void changeOfWhatWasAppliedEndsTheWait() throws InterruptedException {
        run(MANIFESTS);
        ReleaseRecord record = runWith(
                NEVER_READY,
                "Wait for health",
                () -> RawClient.change(
                        Testbed.access(),
                        desired()
                                .with(
                                        cluster.get(web())
                                                .orElseThrow()
                                                .without("spec", "template", "spec", "containers", 0, "readinessProbe")
                                                .child("spec", "template")
                                                .fields(),
                                        "spec",
                                        "template"),
                        "kubectl-rollout"));
        assertThat(record.problem().orElseThrow().kind(), is(Problem.Kind.CONFLICT));
        assertThat(sentence(record), containsString("somebody else has changed its pod template"));
        assertThat("and stays", template(web()).has("spec", "containers", 0, "readinessProbe"), is(false));
    }

    @Test
    public void scalingAndAddingDisturbNoRelease() throws InterruptedException {
        run(MANIFESTS);
        ReleaseRecord record = runWith(MANIFESTS.replace("blue", "green"), "Wait for health", () -> {
            RawClient.change(Testbed.access(), desired().with(2, "spec", "replicas"), "an-autoscaler");
            addVariable("ADDED");
        });
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void processThatEndsWhileItRollsBackGoesOnWithThat() throws InterruptedException {
        run(MANIFESTS);
        KubeObject good = template(web());
        BlockingQueue<WatchToken> tokens = new LinkedBlockingQueue<>();
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseRun.start(
                request(MANIFESTS.replace("base/web:1", "base/web:absent")),
                tools(sink),
                token -> {
                    if (token.phase() == Phase.ROLLBACK) {
                        throw new IllegalStateException("the process ends");
                    }
                    tokens.add(token);
                },
                ended::add);
        assertThat(ended.poll(120, TimeUnit.SECONDS), notNullValue());
        WatchToken last = List.copyOf(tokens).get(tokens.size() - 1);
        assertThat(last.phase(), is(Phase.ROLLING_BACK));
        ReleaseRun.resume(WatchToken.decode(last.encode()), tools(sink), tokens::add, ended::add);
        ReleaseRecord record = ended.poll(120, TimeUnit.SECONDS);
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(template(web()), equalTo(good));
    }

    @Test
    public void statefulSetUpdatedByHandReturnsToTheRevisionThatServes() throws InterruptedException {
        run(ON_DELETE);
        runWith(ON_DELETE.replace("value: one", "value: two"), "Wait for health", this::deletePod);
        assertThat(colour(), equalTo("two"));
        ReleaseRecord record = runWith(
                ON_DELETE.replace("value: one", "value: three").replace("base/web:1", "base/web:absent"),
                "Wait for health",
                this::deletePod);
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(colour(), equalTo("two"));
    }

    // ---- helpers

    private void deletePod() {
        ObjectRef pod = NAMESPACE.ref("v1", "Pod", "store-0");
        cluster.delete(pod, "another-uid");
        cluster.delete(pod, cluster.get(pod).orElseThrow().uid());
    }

    private String colour() {
        return template(store())
                .text("spec", "containers", 0, "env", 0, "value")
                .orElseThrow();
    }

    private static ObjectRef web() {
        return NAMESPACE.ref("apps/v1", "Deployment", "web");
    }

    private static ObjectRef store() {
        return NAMESPACE.ref("apps/v1", "StatefulSet", "store");
    }

    private static KubeObject desired() {
        return FakeObjects.parse(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: " + NAMESPACE.name() + "}}");
    }

    private void addVariable(String name) {
        KubeObject template =
                FakeObjects.parse("{spec: {containers: [{name: web, env: [{name: " + name + ", value: later}]}]}}");
        RawClient.apply(Testbed.access(), desired().with(template.fields(), "spec", "template"), "somebody");
    }

    private KubeObject template(ObjectRef ref) {
        return cluster.get(ref).orElseThrow().child("spec", "template");
    }

    private static String sentence(ReleaseRecord record) {
        return record.problem().map(Problem::sentence).orElse("");
    }

    private static ReleaseRequest request(String manifests) {
        String text = manifests.replace("REGISTRY", Testbed.registry());
        return ReleaseRequest.builder()
                .namespace(NAMESPACE.name())
                .timeout(Duration.ofMinutes(2))
                .manifests(List.of(new ManifestSource("deploy/web.yaml", text)))
                .build();
    }

    private ReleaseTools tools(ProgressSink told) {
        return new ReleaseTools(cluster, scheduler, workers, told);
    }

    private ReleaseRecord run(String manifests) throws InterruptedException {
        return runWith(manifests, "", () -> {});
    }

    /** Does something once, when a stage begins. */
    private ReleaseRecord runWith(String manifests, String stage, Runnable then) throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Consumer<ProgressEvent> disturb = event -> {
            if (event instanceof ProgressEvent.StageStarted started
                    && started.stage().equals(stage)
                    && done.compareAndSet(false, true)) {
                then.run();
            }
        };
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ProgressSink told = event -> {
            disturb.accept(event);
            sink.accept(event);
        };
        ReleaseRun.start(request(manifests), tools(told), token -> {}, ended::add);
        ReleaseRecord record = ended.poll(300, TimeUnit.SECONDS);
        assertThat("the release ended", record, notNullValue());
        return record;
    }
}
