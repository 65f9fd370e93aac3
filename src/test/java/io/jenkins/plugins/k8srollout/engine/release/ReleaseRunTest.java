package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Whole releases on a cluster in memory, with time turned by hand and all work on the test's thread. */
public class ReleaseRunTest {
    private static final ObjectRef WEB = FakeDeployments.ref("web");
    private static final String MANIFESTS = """
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
    private static final ObjectRef STORE = new ObjectRef("apps/v1", "StatefulSet", "shop", "store");
    private static final String STATEFUL = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec: {containers: [{name: store, image: "registry.example.com/shop/store:1"}]}
            """;
    private static final Executor HERE = Runnable::run;

    private final FakeCluster cluster = new FakeCluster();
    private final ManualScheduler scheduler = new ManualScheduler();
    private final CapturingSink sink = new CapturingSink();
    private final List<WatchToken> saved = new ArrayList<>();
    private final List<ReleaseRecord> records = new ArrayList<>();

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

    // ---- the good way

    @Test
    public void asksAppliesInOrderAndWaits() {
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                record.objects(),
                contains(
                        new ObjectChange(new ObjectRef("v1", "ConfigMap", "shop", "settings"), Change.CREATED),
                        new ObjectChange(WEB, Change.CREATED)));
        assertThat(record.configHashes().keySet(), contains(WEB));
        assertThat(
                record.stages().stream().map(ReleaseRecord.Stage::name).toList(),
                contains("Plan", "Ask the server", "Apply", "Wait for health"));
        assertThat("saved once, after the apply", saved, hasSize(1));
        List<String> calls = cluster.calls();
        assertThat(
                calls.indexOf("dry-run Deployment/shop/web") < calls.indexOf("apply ConfigMap/shop/settings"),
                is(true));
    }

    @Test
    public void secondReleaseChangesNothing() {
        release(MANIFESTS);
        KubeObject before = live();
        ReleaseRecord second = release(MANIFESTS);
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                second.objects().stream().map(ObjectChange::change).distinct().toList(), contains(Change.UNCHANGED));
        assertThat(live(), equalTo(before));
    }

    @Test
    public void changedConfigurationIsANewRevision() {
        release(MANIFESTS);
        KubeObject before = live();
        release(MANIFESTS.replace("blue", "green"));
        assertThat(live().child("spec", "template"), not(equalTo(before.child("spec", "template"))));
    }

    @Test
    public void withoutWaitingItEndsOnceApplied() {
        ReleaseRecord record = run(builder(MANIFESTS.replace("web:1", "web:slow"))
                .awaitHealthy(false)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.APPLIED));
    }

    @Test
    public void releaseOfNothingThatCanBeJudgedEndsWellAndSaysSo() {
        release("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: web}
                spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                """);
        assertThat("an address may come", records, empty());
        scheduler.advance(TargetState.GRACE);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                sink.lines(),
                hasItem("warning: Ingress/shop/web is applied; its health cannot be judged: "
                        + "no controller has published an address for it"));
    }

    @Test
    public void dryRunChangesNothingAndShowsNoSecret() {
        String secret =
                "\n---\n{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hush-hush}}";
        ReleaseRecord record = run(builder(MANIFESTS + secret).dryRun(true).build());
        assertThat(record.outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(record.objects(), hasSize(3));
        assertThat(cluster.get(WEB).isPresent(), is(false));
        assertThat(String.join("\n", sink.lines()), not(containsString("hush-hush")));
    }

    @Test
    public void onlyTheImagesOfAWorkload() {
        release(MANIFESTS);
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .build();
        ReleaseRecord record = run(request);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.images().get(0).to(), equalTo("registry.example.com/shop/web:2"));
        assertThat(
                live().text("spec", "template", "spec", "containers", 0, "image")
                        .orElseThrow(),
                containsString("web:2"));
        assertThat(live().has("spec", "template", "spec", "containers", 0, "envFrom"), is(true));
    }

    @Test
    public void changeCauseIsWrittenWhereOnlyImagesChange() {
        release(MANIFESTS);
        run(ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .changeCause("build 7")
                .build());
        assertThat(live().annotations().get("kubernetes.io/change-cause"), equalTo("build 7"));
    }

    @Test
    public void anotherChangeCauseReplacesNoPod() {
        run(builder(MANIFESTS).changeCause("build 7").build());
        KubeObject before = live();
        run(builder(MANIFESTS).changeCause("build 8").build());
        assertThat(live().annotations().get("kubernetes.io/change-cause"), equalTo("build 8"));
        assertThat(live().child("spec", "template"), equalTo(before.child("spec", "template")));
        assertThat(saved.get(saved.size() - 1).previous().keySet(), empty());
    }

    @Test
    public void unknownContainerIsRefusedWithThoseThatExist() {
        release(MANIFESTS);
        ReleaseRequest.Builder builder = ReleaseRequest.builder()
                .namespace("shop")
                .images(Map.of("app", ImageReference.parse("registry.example.com/other:2")));
        ReleaseRecord record =
                run(builder.workload(WorkloadRef.parse("deployment/web")).build());
        assertThat(sentence(record), containsString("Valid: web"));
        record = run(builder.workload(WorkloadRef.parse("deployment/wob")).build());
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_FOUND));
    }

    // ---- refused before anything changes

    @Test
    public void allErrorsOfTheManifestsAreToldAndRecorded() {
        ReleaseRecord record =
                release(MANIFESTS.replace("memory: 64Mi", "memory: 8Mi").replace("name: web}", "name: We_b}"));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.REFUSED_INPUT));
        assertThat(record.findings().size() >= 2, is(true));
        assertThat(sentence(record), allOf(containsString("deploy/web.yaml:3"), containsString("Nothing was changed")));
        assertThat(changes(), empty());
    }

    @Test
    public void allMissingRightsAreToldWithTheRoleThatGrantsThem() {
        AccessRight write = new AccessRight("patch", "apps", "deployments", "shop");
        AccessRight create = new AccessRight("create", "", "configmaps", "shop");
        AccessRight watch = new AccessRight("watch", "", "pods", "shop");
        cluster.denyRights(write, create, watch);
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(
                sentence(record),
                allOf(
                        containsString("create configmaps in namespace shop; patch deployments in namespace shop"),
                        containsString("watch pods"),
                        containsString("kind: Role")));
        assertThat(changes(), empty());
    }

    @Test
    public void rightToCreateIsNotAskedForWhatExists() {
        release(MANIFESTS);
        cluster.denyRights(new AccessRight("create", "", "configmaps", "shop"));
        assertThat(release(MANIFESTS).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void whatTheServerRefusesIsToldTogether() {
        cluster.failNext("dry-run", refusal("ConfigMap/shop/settings"), refusal("Deployment/shop/web"));
        ReleaseRecord record = release(MANIFESTS);
        assertThat(
                sentence(record),
                allOf(
                        containsString("the server refuses 2 objects"),
                        containsString("ConfigMap/shop/settings: no"),
                        containsString("Deployment/shop/web: no"),
                        containsString("Nothing was changed")));
        assertThat(changes(), empty());
    }

    @Test
    public void whatNeedsAnObjectOfTheSameReleaseIsTriedWhenItIsThere() {
        cluster.failNext(
                "dry-run",
                new ReleaseException(new Problem(
                        Problem.Kind.REJECTED, "apply", "Pod/shop/a", "configmap \"settings\" not found", "")));
        String dependent = "\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: first}}";
        assertThat(release(MANIFESTS + dependent).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                sink.lines().stream()
                        .filter(l -> l.contains("it needs what the release creates"))
                        .toList(),
                hasSize(1));
    }

    @Test
    public void missingNamespaceIsNamedOrCreated() {
        ReleaseRequest.Builder builder = builder(MANIFESTS).namespace("new");
        assertThat(sentence(run(builder.build())), containsString("set createNamespace"));
        assertThat(changes(), empty());
        ReleaseRecord made = run(builder.createNamespace(true).build());
        assertThat(made.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(made.objects().get(0).object().toString(), equalTo("Namespace/new"));
    }

    // ---- failures

    @Test
    public void unhealthyReleaseReturnsToThePreviousRevision() {
        release(MANIFESTS);
        KubeObject before = live();
        ReleaseRecord record = release(MANIFESTS.replace("web:1", "web:absent").replace("blue", "green"));
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(before.child("spec")));
        assertThat(record.cause().orElseThrow().container(), equalTo("web"));
        assertThat(
                sentence(record),
                allOf(
                        containsString("absent: not found"),
                        containsString("Deployment/shop/web was returned to revision 1 (ReplicaSet web-0)"),
                        containsString("ConfigMap/shop/settings keep the released content")));
        assertThat(saved.get(saved.size() - 1).phase(), equalTo(WatchToken.Phase.ROLLBACK));
    }

    @Test
    public void brokenRevisionOfAnEarlierReleaseIsNotReturnedTo() {
        release(MANIFESTS);
        KubeObject good = live();
        run(builder(MANIFESTS.replace("web:1", "web:absent"))
                .onFailure(OnFailure.LEAVE)
                .build());
        ReleaseRecord record = release(MANIFESTS.replace("web:1", "web:also-absent"));
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
    }

    @Test
    public void firstReleaseHasNothingToReturnTo() {
        ReleaseRecord record = release(MANIFESTS.replace("web:1", "web:absent"));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(record), containsString("Deployment/shop/web is new and has no previous revision"));
    }

    @Test
    public void previousRevisionThatIsGoneIsSaidToBe() {
        release(MANIFESTS);
        start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        cluster.remove(new ObjectRef("apps/v1", "ReplicaSet", "shop", "web-0"));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("no longer exists (revisionHistoryLimit"));
    }

    @Test
    public void rollbackThatFailsTooIsTold() {
        release(MANIFESTS.replace("web:1", "web:1-slow-never"));
        records.clear();
        release(MANIFESTS.replace("web:1", "web:absent"));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("The previous revision did not become healthy either"));
    }

    @Test
    public void heldReleaseIsPaused() {
        release(MANIFESTS);
        ReleaseRecord record = run(builder(MANIFESTS.replace("web:1", "web:absent"))
                .onFailure(OnFailure.HOLD)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.HELD));
        assertThat(live().flag("spec", "paused"), is(true));
        assertThat(sentence(record), containsString("Deployment/shop/web is paused"));
    }

    @Test
    public void onlyWhatTheReleaseHasBrokenIsHeld() {
        String web = MANIFESTS.substring(0, MANIFESTS.indexOf("---"));
        String three = MANIFESTS + "\n---\n" + web.replace("name: web}", "name: same}") + "\n---\n"
                + web.replace("name: web}", "name: good}");
        release(three);
        ReleaseRecord record = run(builder(MANIFESTS.replace("web:1", "web:absent")
                        + three.substring(MANIFESTS.length(), three.lastIndexOf("---"))
                        + "---\n" + web.replace("name: web}", "name: good}").replace("web:1", "web:2"))
                .onFailure(OnFailure.HOLD)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.HELD));
        assertThat(live().flag("spec", "paused"), is(true));
        assertThat(cluster.get(FakeDeployments.ref("same")).orElseThrow().flag("spec", "paused"), is(false));
        assertThat(cluster.get(FakeDeployments.ref("good")).orElseThrow().flag("spec", "paused"), is(false));
    }

    @Test
    public void releaseOfWhichNothingCanBePausedIsNotHeld() {
        start(builder(STATEFUL).onFailure(OnFailure.HOLD).build());
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("StatefulSet/shop/store cannot be paused"));
    }

    @Test
    public void deploymentThatMayNotBePausedIsNotHeld() {
        release(MANIFESTS);
        ProgressSink failing = event -> {
            if (event instanceof ProgressEvent.StageFinished done
                    && done.stage().equals("Wait for health")) {
                cluster.failNext("apply", refusal("Deployment/shop/web"));
            }
        };
        ReleaseRequest request = builder(MANIFESTS.replace("web:1", "web:absent"))
                .onFailure(OnFailure.HOLD)
                .build();
        ReleaseRun.start(request, tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(
                sentence(last()), containsString("Deployment/shop/web could not be paused and goes on by itself: no"));
    }

    @Test
    public void failureWithoutAChangedPodTemplateSaysWhatIsLeft() {
        String service = "{apiVersion: v1, kind: Service, metadata: {name: web},"
                + " spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}\n---\n";
        start(builder(service + MANIFESTS).awaitHealthy(false).build());
        start(builder(service.replace("port: 80,", "port: 81,") + MANIFESTS).build());
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(
                sentence(last()),
                containsString(
                        "Nothing was rolled back: no pod template was changed, or none whose previous revision is"
                                + " known. As released stay Service/shop/web"));
    }

    @Test
    public void statefulSetWhosePodMayNotBeDeletedIsOnItsWayBackAllTheSame() {
        start(builder(STATEFUL).awaitHealthy(false).build());
        KubeObject store = cluster.get(STORE).orElseThrow();
        cluster.put(FakeObjects.parse("""
                        apiVersion: apps/v1
                        kind: ControllerRevision
                        metadata:
                          {name: store-1, namespace: shop, labels: {app: store}, ownerReferences: [{kind: StatefulSet, name: store, uid: %s}]}
                        revision: 1
                        """.formatted(store.uid()))
                .with(store.child("spec", "template").fields(), "data", "spec", "template"));
        cluster.status(STORE, Map.of("currentRevision", "store-1", "observedGeneration", 1));
        start(builder(STATEFUL.replace("store:1", "store:2")).build());
        cluster.status(
                STORE, Map.of("currentRevision", "store-1", "updateRevision", "store-2", "observedGeneration", 2));
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata:
                  {name: store-0, namespace: shop, labels: {app: store, controller-revision-hash: store-2}, ownerReferences: [{kind: StatefulSet, name: store, uid: %s}]}
                """.formatted(store.uid())));
        cluster.failNext(
                "delete",
                new ReleaseException(new Problem(
                        Problem.Kind.NOT_PERMITTED,
                        "delete",
                        "Pod/shop/store-0",
                        "bot may not delete pods",
                        "Add the rule")));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(
                "the previous revision is waited for",
                saved.get(saved.size() - 1).phase(),
                equalTo(WatchToken.Phase.ROLLBACK));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        assertThat(
                cluster.get(STORE).orElseThrow().child("spec", "template"), equalTo(store.child("spec", "template")));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("StatefulSet/shop/store was returned to revision 1"),
                        containsString(
                                "waits for its pods of the failed revision, and bot may not delete pods. Delete those"),
                        containsString("for the next time: Add the rule"),
                        not(containsString("stays as it is"))));
    }

    @Test
    public void timeRunsFromTheFirstChange() {
        start(builder(MANIFESTS.replace("web:1", "web:slow"))
                .timeout(Duration.ofMinutes(2))
                .onFailure(OnFailure.LEAVE)
                .build());
        scheduler.advance(Duration.ofSeconds(119));
        assertThat(records, empty());
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(last().problem().orElseThrow().kind(), equalTo(Problem.Kind.TIMED_OUT));
    }

    @Test
    public void applyThatStopsHalfWayReturnsWhatItChanged() {
        String two = MANIFESTS + "\n---\n"
                + MANIFESTS.substring(0, MANIFESTS.indexOf("---")).replace("name: web}", "name: wob}");
        release(two);
        KubeObject before = live();
        ProgressSink failing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.Applied applied
                    && applied.object().equals(WEB)) {
                cluster.failNext("apply", refusal("Deployment/shop/wob"));
            }
        };
        ReleaseRun.start(builder(two.replace("web:1", "web:2")).build(), tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("Before that 2 of 3 objects had been applied, 1 had not"));
        assertThat(live().child("spec"), equalTo(before.child("spec")));
    }

    @Test
    public void unexpectedErrorEndsTheReleaseToo() {
        cluster.failNext("list", new IllegalStateException("a bug"));
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(record), containsString("a bug"));
    }

    // ---- restarts and aborts

    @Test
    public void goesOnFromItsTokenWithTheSameDeadlineAndRecord() {
        Cancellable first = start(builder(MANIFESTS.replace("web:1", "web:slow"))
                .timeout(Duration.ofMinutes(2))
                .build());
        String token = saved.get(0).encode();
        first.cancel();
        records.clear();
        scheduler.advance(Duration.ofMinutes(1));
        ReleaseRun.resume(WatchToken.decode(token), tools(sink), saved::add, records::add);
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(last().problem().orElseThrow().kind(), equalTo(Problem.Kind.TIMED_OUT));
        assertThat(last().objects(), hasSize(2));
        assertThat(last().took(), equalTo(Duration.ofMinutes(2)));
    }

    @Test
    public void rollbackGoesOnFromItsToken() {
        release(MANIFESTS);
        release(MANIFESTS.replace("web:1", "web:absent"));
        String token = saved.get(saved.size() - 1).encode();
        records.clear();
        ReleaseRun.resume(WatchToken.decode(token), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("absent: not found"));
    }

    @Test
    public void abortWhileWaitingSaysWhatStays() {
        Cancellable run = start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        run.cancel();
        run.cancel();
        assertThat(records, hasSize(1));
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(
                sentence(last()),
                allOf(containsString("in the stage Wait for health"), containsString("stay as applied")));
    }

    @Test
    public void abortOfTheRollbackTellsBoth() {
        release(MANIFESTS.replace("web:1", "web:slow-before"));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        Cancellable run =
                start(builder(MANIFESTS.replace("web:1", "web:absent")).build());
        run.cancel();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(
                sentence(last()),
                allOf(containsString("absent: not found"), containsString("in the stage Wait for the rollback")));
    }

    @Test
    public void unchangedReleaseThatIsUnhealthyHasNothingToUndo() {
        release(MANIFESTS);
        run(builder(MANIFESTS.replace("web:1", "web:absent"))
                .onFailure(OnFailure.LEAVE)
                .build());
        ReleaseRecord again = release(MANIFESTS.replace("web:1", "web:absent"));
        assertThat(again.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(again), containsString("the release changed no pod template"));
    }

    @Test
    public void abortBetweenTwoObjectsStopsThere() {
        Cancellable[] run = {() -> {}};
        List<Runnable> later = new ArrayList<>();
        ProgressSink aborting = event -> {
            if (event instanceof ProgressEvent.Applied) {
                run[0].cancel();
            }
        };
        ReleaseTools tools = new ReleaseTools(
                cluster,
                scheduler,
                work -> {
                    if (later.isEmpty()) {
                        later.add(work);
                    } else {
                        work.run();
                    }
                },
                aborting);
        run[0] = ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        later.get(0).run();
        assertThat("the worker's thread is given back clean", Thread.interrupted(), is(false));
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(changes(), contains("apply ConfigMap/shop/settings"));
        assertThat(sentence(last()), containsString("ConfigMap/shop/settings"));
    }

    @Test
    public void tokenHoldsNoContent() {
        start(builder(MANIFESTS.replace("colour: blue", "password: hush-hush").replace("web:1", "web:slow"))
                        .build())
                .cancel();
        assertThat(saved.get(0).encode(), not(containsString("hush-hush")));
        assertThat(last().toJson(), not(containsString("hush-hush")));
    }

    // ---- helpers

    private ReleaseRecord release(String manifests) {
        return run(builder(manifests).build());
    }

    private ReleaseRecord run(ReleaseRequest request) {
        start(request);
        return records.isEmpty() ? null : last();
    }

    private Cancellable start(ReleaseRequest request) {
        Cancellable run = ReleaseRun.start(request, tools(sink), saved::add, records::add);
        scheduler.runDue();
        return run;
    }

    private ReleaseTools tools(ProgressSink told) {
        return new ReleaseTools(cluster, scheduler, HERE, told);
    }

    private ReleaseRecord last() {
        return records.get(records.size() - 1);
    }

    private KubeObject live() {
        return cluster.get(WEB).orElseThrow();
    }

    private List<String> changes() {
        return cluster.calls().stream()
                .filter(c -> c.startsWith("apply") || c.startsWith("patch") || c.startsWith("delete"))
                .toList();
    }

    private static String sentence(ReleaseRecord record) {
        return record.problem().orElseThrow().sentence();
    }

    private static ReleaseException refusal(String object) {
        return new ReleaseException(new Problem(Problem.Kind.REJECTED, "apply (dry run)", object, "no", "Change it"));
    }

    private static ReleaseRequest.Builder builder(String manifests) {
        return ReleaseRequest.builder()
                .namespace("shop")
                .manifests(List.of(new ManifestSource("deploy/web.yaml", manifests)));
    }
}
