package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.Map;
import org.junit.Test;

/** Releases that fail once something has changed, and what becomes of the change. */
public class ReleaseRunFailureTest extends ReleaseRunFixture {
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
                        containsString("Deployment/shop/web was returned to revision 1"),
                        containsString("ConfigMap/shop/settings was returned to its content before the release")));
        assertThat(saved.get(saved.size() - 1).phase(), equalTo(WatchToken.Phase.ROLLBACK));
    }

    @Test
    public void aReleaseOfImagesAfterOneThatWasHeldGoesOn() {
        cluster.removeWhatIsLeftOut();
        release(MANIFESTS);
        run(builder(BROKEN).onFailure(OnFailure.HOLD).build());
        assertThat(live().flag("spec", "paused"), is(true));
        run(ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .build());
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().flag("spec", "paused"), is(false));
    }

    @Test
    public void aRollbackThatBeginsLateIsNotTakenForInterrupted() {
        release(MANIFESTS);
        release(MANIFESTS.replace("web:1", "web:slow"));
        scheduler.advance(Duration.ofMinutes(10));
        WatchToken begun = saved.stream()
                .filter(t -> t.phase() == WatchToken.Phase.ROLLING_BACK)
                .findFirst()
                .orElseThrow();
        WatchToken applied = saved.get(saved.indexOf(begun) - 1);
        assertThat(
                begun.waiting().deadline().orElseThrow(),
                greaterThan(applied.waiting().deadline().orElseThrow()));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
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
        cluster.failNext("get", new IllegalStateException("a bug"));
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(record), containsString("a bug"));
    }
}
