package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.After;
import org.junit.Before;

/** A cluster in memory, time turned by hand, all work on the test's thread, and what whole releases leave of records. */
abstract class ReleaseRunFixture {
    static final ObjectRef WEB = FakeDeployments.ref("web");
    static final String MANIFESTS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: registry.example.com/shop/web:1
                      envFrom: [{configMapRef: {name: settings}}]
                      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /, port: 8080}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {colour: blue}
            """;
    /** The same with another configuration and an image that cannot be pulled. */
    static final String BROKEN = MANIFESTS.replace("web:1", "web:absent").replace("blue", "green");

    private static final Executor HERE = Runnable::run;

    final FakeCluster cluster = new FakeCluster();
    final ManualScheduler scheduler = new ManualScheduler();
    final CapturingSink sink = new CapturingSink();
    final List<WatchToken> saved = new ArrayList<>();
    final List<ReleaseRecord> records = new ArrayList<>();

    @Before
    public void makeCluster() {
        cluster.put(FakeObjects.parse("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
        new FakeDeployments(cluster);
    }

    @After
    public void nothingIsLeftBehind() {
        assertThat(cluster.openWatches(), equalTo(0));
        assertThat(scheduler.pending(), equalTo(0));
    }

    ReleaseRecord release(String manifests) {
        return run(builder(manifests).build());
    }

    ReleaseRecord run(ReleaseRequest request) {
        start(request);
        return records.isEmpty() ? null : last();
    }

    Cancellable start(ReleaseRequest request) {
        Cancellable run = ReleaseRun.start(request, tools(sink), saved::add, records::add);
        scheduler.runDue();
        return run;
    }

    ReleaseTools tools(ProgressSink told) {
        return new ReleaseTools(cluster, scheduler, HERE, told);
    }

    WatchToken token() {
        return saved.get(saved.size() - 1);
    }

    /** The last token, as another process reads it. */
    WatchToken reread() {
        return WatchToken.decode(token().encode());
    }

    void continueFrom(WatchToken token) {
        ReleaseRun.continueFrom(token, tools(sink), saved::add, records::add);
        scheduler.runDue();
    }

    /** Begins a release whose process ends with the cluster: what it would save after that is lost. */
    Cancellable startMortal(ReleaseRequest request, MortalCluster mortal, Consumer<ReleaseRecord> done) {
        Consumer<WatchToken> saving = token -> {
            if (!mortal.isDead()) {
                saved.add(token);
            }
        };
        return ReleaseRun.start(request, new ReleaseTools(mortal, scheduler, HERE, sink), saving, done);
    }

    ReleaseRecord last() {
        return records.get(records.size() - 1);
    }

    KubeObject live() {
        return cluster.get(WEB).orElseThrow();
    }

    /** The image that the Deployment is to run. */
    String image() {
        return live().text("spec", "template", "spec", "containers", 0, "image").orElseThrow();
    }

    List<String> changes() {
        return cluster.calls().stream()
                .filter(c -> c.startsWith("apply") || c.startsWith("patch") || c.startsWith("delete"))
                .filter(c -> !c.contains("Secret/shop/k8s-rollout."))
                .toList();
    }

    static String sentence(ReleaseRecord record) {
        return record.problem().orElseThrow().sentence();
    }

    static ReleaseException refusal(String object) {
        return new ReleaseException(new Problem(Problem.Kind.REJECTED, "apply (dry run)", object, "no", "Change it"));
    }

    static ReleaseRequest.Builder builder(String manifests) {
        return ReleaseRequest.builder()
                .namespace("shop")
                .manifests(List.of(new ManifestSource("deploy/web.yaml", manifests)));
    }
}
