package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseStore;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One cell of {@link StrategyMatrix}: a workload with its ConfigMap and Service, and a strategy to release it with. */
final class MatrixCell {
    private static final long PATIENCE_SECONDS = 900;

    /**
     * A strategy, and what it means for a Deployment of four pods.
     *
     * @param fewestReady pods that serve at any moment
     * @param firstBatch pods that may be new before anybody goes on
     * @param kinds kinds of workload that it can release; others it refuses
     * @param holds those of them that it holds by an annotation while it runs
     * @param told by kind, what a release must say of it beforehand
     */
    record Row(
            String name,
            Strategy strategy,
            int fewestReady,
            int firstBatch,
            Set<String> kinds,
            Set<String> holds,
            Map<String, String> told) {}

    /**
     * A kind of workload.
     *
     * @param spec as YAML, without selector and template
     * @param fewestReady pods that serve at any moment under any strategy; of a Deployment the strategy decides
     */
    record Kind(String name, String spec, int fewestReady) {}

    private static final String MANIFESTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: NAME}
            data: {VERSION: "1"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: NAME}
            spec: {clusterIP: None, selector: {app: NAME}, ports: [{port: 8080}]}
            ---
            apiVersion: apps/v1
            kind: KIND
            metadata: {name: NAME}
            spec:
              SPEC
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: IMAGE
                      envFrom: [{configMapRef: {name: NAME}}]
                      resources: {requests: {cpu: 5m, memory: 16Mi}, limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;

    private final ClusterPort cluster;
    private final Scheduler scheduler;
    private final ExecutorService workers;
    private final Row row;
    private final Kind kind;
    private final ObjectRef workload;
    private final CapturingSink sink = new CapturingSink();
    private final BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
    private final AtomicReference<Cancellable> running = new AtomicReference<>();
    private KubeObject original = KubeObject.empty();

    MatrixCell(
            ClusterPort cluster, Scheduler scheduler, ExecutorService workers, Row row, Kind kind, ObjectRef workload) {
        this.cluster = cluster;
        this.scheduler = scheduler;
        this.workers = workers;
        this.row = row;
        this.kind = kind;
        this.workload = workload;
    }

    // ---- what is released

    static String firstImage() {
        return Testbed.registry() + "/base/web:1";
    }

    /** The same program by another name, which is another template. */
    static String secondImage() throws InterruptedException {
        return Testbed.pinned("base/web", "1");
    }

    private String first() {
        return MANIFESTS
                .replace("SPEC", kind.spec().strip().replace("\n", "\n  "))
                .replace("NAME", workload.name())
                .replace("KIND", kind.name())
                .replace("IMAGE", firstImage());
    }

    private String second(String image) {
        return first().replace("VERSION: \"1\"", "VERSION: \"2\"").replace(firstImage(), image);
    }

    private ReleaseRequest request(String manifests, Strategy strategy) {
        return complete(ReleaseRequest.builder()
                .namespace(workload.namespace())
                .manifests(List.of(new ManifestSource("deploy/web.yaml", manifests)))
                .strategy(strategy));
    }

    static ReleaseRequest complete(ReleaseRequest.Builder builder) {
        return builder.timeout(Duration.ofMinutes(8)).build();
    }

    private ReleaseTools tools() {
        return new ReleaseTools(cluster, scheduler, workers, sink);
    }

    /** Makes the workload, which serves then. */
    void make() throws InterruptedException {
        ReleaseRecord record = run(request(first(), new Strategy.Rolling()));
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.HEALTHY));
        original = fields();
        sink.clear();
    }

    void remove() {
        cluster.delete(workload);
    }

    ReleaseRequest good() throws InterruptedException {
        return request(second(secondImage()), row.strategy());
    }

    ReleaseRequest badImage() {
        return request(second(Testbed.registry() + "/base/web:absent"), row.strategy());
    }

    ReleaseRequest crashing() throws InterruptedException {
        String crashing =
                second(secondImage()).replace("envFrom:", "env: [{name: EXIT_CODE, value: \"3\"}]\n          envFrom:");
        return request(crashing, row.strategy());
    }

    // ---- ways to release

    ReleaseRecord run(ReleaseRequest request) throws InterruptedException {
        return run(request, token -> {});
    }

    ReleaseRecord run(ReleaseRequest request, Consumer<WatchToken> saved) throws InterruptedException {
        running.set(ReleaseRun.start(request, tools(), saved, ended::add));
        return end();
    }

    private ReleaseRecord end() throws InterruptedException {
        ReleaseRecord record = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (record == null) {
            running.get().cancel();
            throw new AssertionError("the release did not end; its last lines are "
                    + sink.lines()
                            .subList(
                                    Math.max(0, sink.lines().size() - 5),
                                    sink.lines().size()));
        }
        return record;
    }

    /** Ends a release as soon as it has applied everything. */
    ReleaseRecord abort(ReleaseRequest request) throws InterruptedException {
        AtomicBoolean once = new AtomicBoolean();
        return run(request, token -> {
            if (token.phase() == Phase.RELEASE && once.compareAndSet(false, true)) {
                // Not before the caller has what ends it
                scheduler.after(Duration.ofMillis(100), () -> running.get().cancel());
            }
        });
    }

    ReleaseRecord goOn(String token) throws InterruptedException {
        running.set(ReleaseRun.continueFrom(WatchToken.decode(token), tools(), t -> {}, ended::add));
        return end();
    }

    ReleaseRecord undo(String token) throws InterruptedException {
        running.set(ReleaseRun.rollBack(WatchToken.decode(token), tools(), t -> {}, ended::add));
        return end();
    }

    /** Releases in a process that ends as soon as it has applied everything; returns what is left of it. */
    String begin(ReleaseRequest request, MortalProcess process) throws InterruptedException {
        BlockingQueue<String> last = new LinkedBlockingQueue<>();
        ReleaseTools tools = new ReleaseTools(process.cluster(), process.scheduler(), process.workers(), sink);
        ReleaseRun.start(
                request,
                tools,
                token -> {
                    if (token.phase() == Phase.RELEASE && last.isEmpty()) {
                        last.add(token.encode());
                        process.close();
                    }
                },
                record -> {});
        String token = last.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat("everything was applied", token != null);
        return token;
    }

    // ---- what is there afterwards

    PodLedger ledger() {
        return new PodLedger(cluster, workload.namespace(), workload.name());
    }

    StoredRelease kept() {
        return new ReleaseStore(cluster, workload.namespace())
                .list(workload.name())
                .get(0);
    }

    String history() {
        return workload.name();
    }

    Row row() {
        return row;
    }

    private KubeObject live() {
        return cluster.get(workload).orElseThrow();
    }

    private KubeObject fields() {
        return live().child("spec").without("template");
    }

    private static String sentence(ReleaseRecord record) {
        return record.problem().map(Problem::sentence).orElse("");
    }

    boolean isHeld() {
        return live().annotations().containsKey(Hold.ANNOTATION);
    }

    /** That the release is held exactly if the strategy holds workloads of this kind. */
    void holdsAsItShould() {
        assertThat("held", isHeld(), is(row.holds().contains(kind.name())));
    }

    /** That the second version is out, and nothing of the way to it is left. */
    void isNew(ReleaseRecord record, long number) throws InterruptedException {
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.HEALTHY));
        shows(secondImage(), "2", Outcome.HEALTHY, number);
    }

    /** That the first version is back, because the second has failed or somebody did not want it. */
    void isBack(ReleaseRecord record) {
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.ROLLED_BACK));
        shows(firstImage(), "1", Outcome.ROLLED_BACK, 2);
    }

    /** That a release has returned to the first one. */
    void hasReturned(ReleaseRecord record) {
        assertThat(sentence(record), record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.entry().returnsTo(), equalTo(1L));
        shows(firstImage(), "1", Outcome.HEALTHY, 3);
    }

    private void shows(String image, String version, Outcome outcome, long number) {
        assertThat(
                live().text("spec", "template", "spec", "containers", 0, "image")
                        .orElse(""),
                equalTo(image));
        assertThat(
                cluster.get(new ObjectRef("v1", "ConfigMap", workload.namespace(), workload.name()))
                        .flatMap(o -> o.text("data", "VERSION"))
                        .orElse(""),
                equalTo(version));
        assertThat(
                cluster.get(new ObjectRef("v1", "Service", workload.namespace(), workload.name()))
                        .map(o -> o.strings("spec", "selector"))
                        .orElse(Map.of()),
                equalTo(Map.of("app", workload.name())));
        assertThat("held", isHeld(), is(false));
        assertThat(fields(), equalTo(original));
        assertThat(kept().number(), equalTo(number));
        assertThat(kept().record().outcome(), equalTo(outcome));
    }

    /** That it was told beforehand what the strategy cannot do here, and nothing of the sort where it can. */
    void toldItsLimits() {
        String expected = row.told().getOrDefault(kind.name(), "");
        if (!expected.isEmpty()) {
            assertThat(sink.lines(), hasItem(containsString(expected)));
        } else {
            assertThat(sink.lines(), not(hasItem(containsString("start-first does not apply"))));
            assertThat(sink.lines(), not(hasItem(containsString("too few pods for a canary"))));
        }
    }

    int fewestReady() {
        return kind.name().equals("Deployment") ? row.fewestReady() : kind.fewestReady();
    }

    /** The most new pods there may be before anybody goes on; of other kinds than Deployments all. */
    int firstBatch() {
        return kind.name().equals("Deployment") ? row.firstBatch() : Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
        return row.name() + " x " + kind.name();
    }
}
