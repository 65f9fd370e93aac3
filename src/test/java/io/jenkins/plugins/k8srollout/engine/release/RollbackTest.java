package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** What a rollback restores, and what it says of the rest. */
public class RollbackTest extends ReleaseRunFixture {
    private static final ObjectRef STORE = new ObjectRef("apps/v1", "StatefulSet", "shop", "store");
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            ---
            """;

    // ---- the template

    @Test
    public void whatOthersHaveAddedToTheTemplateIsRemoved() {
        release(MANIFESTS);
        KubeObject good = live();
        ReleaseRecord record = release(MANIFESTS
                .replace("web:1", "web:absent")
                .replace("{labels: {app: web}}", "{labels: {app: web}, annotations: {added: later}}"));
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec", "template"), equalTo(good.child("spec", "template")));
        assertThat(
                sink.lines(),
                hasItem(
                        "info: Deployment/shop/web: removed from its pod template what others had set since the previous"
                                + " revision: spec.template.metadata.annotations.added"));
    }

    @Test
    public void versionThatChangesMeanwhileIsReadAgain() {
        release(MANIFESTS);
        KubeObject good = live();
        cluster.failNext("patch Deployment/shop/web", conflict(), conflict());
        release(MANIFESTS
                .replace("web:1", "web:absent")
                .replace("{labels: {app: web}}", "{labels: {app: web}, annotations: {added: later}}"));
        assertThat(live().child("spec", "template"), equalTo(good.child("spec", "template")));
    }

    @Test
    public void whatCannotBeRemovedIsNamed() {
        release(MANIFESTS);
        cluster.failNext("patch Deployment/shop/web", refusal("Deployment/shop/web"));
        ReleaseRecord record = release(MANIFESTS
                .replace("web:1", "web:absent")
                .replace("{labels: {app: web}}", "{labels: {app: web}, annotations: {added: later}}"));
        assertThat(
                sentence(record),
                containsString("Deployment/shop/web keeps in its pod template what the previous revision did not have"
                        + " (spec.template.metadata.annotations.added): no"));
    }

    @Test
    public void nullsAndEmptyMapsAreNoDifference() {
        KubeObject one =
                FakeObjects.parse("{metadata: {creationTimestamp: null}, spec: {securityContext: {}, a: [1]}}");
        KubeObject other = FakeObjects.parse("{spec: {a: [1]}}");
        assertThat(Leftovers.isSame(one, other), is(true));
        assertThat(Leftovers.isSame(other, one), is(true));
        assertThat(Leftovers.isSame(one, FakeObjects.parse("{spec: {a: [2]}}")), is(false));
    }

    // ---- what is not returned

    @Test
    public void everyChangedObjectThatIsNotReturnedIsNamed() {
        release(SERVICE + MANIFESTS);
        ReleaseRecord record = release(SERVICE.replace("port: 80,", "port: 81,")
                + MANIFESTS.replace("web:1", "web:absent")
                + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh}}");
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        String left = sentence(record);
        assertThat(
                left,
                allOf(containsString("Not returned, and so as released, stay"), containsString("Service/shop/web")));
        assertThat(left, allOf(containsString("ConfigMap/shop/fresh"), not(containsString("ConfigMap/shop/settings"))));
    }

    @Test
    public void unexpectedErrorWhileApplyingReturnsWhatWasChanged() {
        String two = MANIFESTS + "---\n"
                + MANIFESTS.substring(0, MANIFESTS.indexOf("---")).replace("name: web}", "name: wob}");
        release(two);
        KubeObject good = live();
        ReleaseRun.start(
                builder(two.replace("web:1", "web:2")).build(), tools(failingAfterWeb()), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(live().child("spec"), equalTo(good.child("spec")));
        assertThat(sentence(last()), containsString("a bug"));
    }

    @Test
    public void unexpectedErrorNamesWhatStaysChanged() {
        ReleaseRun.start(
                builder(MANIFESTS.replace("web:1", "web:2"))
                        .onFailure(OnFailure.LEAVE)
                        .build(),
                tools(failingAfterWeb()),
                saved::add,
                records::add);
        scheduler.runDue();
        assertThat(
                sentence(last()),
                allOf(
                        containsString("a bug"),
                        containsString("Changed by this release: ConfigMap/shop/settings, Deployment/shop/web")));
    }

    @Test
    public void revisionsAreReadBeforeTheFirstChange() {
        release(MANIFESTS);
        cluster.put(live().with(0, "status", "readyReplicas")); // so that its own status does not tell what serves
        int before = changes().size();
        ProgressSink failing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.StageStarted started
                    && started.stage().equals("Apply")) {
                cluster.failNext("list", refusal("ReplicaSets"));
            }
        };
        ReleaseRun.start(
                builder(MANIFESTS.replace("web:1", "web:2")).build(), tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(changes().size(), is(before));
    }

    // ---- pods

    @Test
    public void podThatHasTakenTheNameOfAStuckOneStays() {
        KubeObject store = store("store-2");
        pod(store, "store-0", "store-2");
        pod(store, "store-1", "store-2");
        ProgressSink replacing = event -> {
            if (event instanceof ProgressEvent.Notice notice && notice.text().contains("store-0 of the failed")) {
                cluster.remove(new ObjectRef("v1", "Pod", "shop", "store-1"));
                pod(store, "store-1", "store-1");
            }
        };
        new Rollback(cluster, replacing).begin(token(store));
        assertThat(cluster.get(new ObjectRef("v1", "Pod", "shop", "store-0")).isPresent(), is(false));
        assertThat(cluster.get(new ObjectRef("v1", "Pod", "shop", "store-1")).isPresent(), is(true));
    }

    @Test
    public void rollbackThatIsRepeatedSparesThePodsOfTheGoodRevision() {
        KubeObject store = store("store-1");
        pod(store, "store-0", "store-2");
        pod(store, "store-1", "store-1");
        new Rollback(cluster, sink).begin(token(store));
        assertThat(
                "stuck",
                cluster.get(new ObjectRef("v1", "Pod", "shop", "store-0")).isPresent(),
                is(false));
        assertThat(
                "just starting",
                cluster.get(new ObjectRef("v1", "Pod", "shop", "store-1")).isPresent(),
                is(true));
    }

    // ---- helpers

    private ProgressSink failingAfterWeb() {
        return event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.Applied applied
                    && applied.object().equals(WEB)) {
                throw new IllegalStateException("a bug");
            }
        };
    }

    private KubeObject store(String newest) {
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: ControllerRevision
                metadata: {name: store-1, namespace: shop, ownerReferences: [{uid: store}]}
                revision: 1
                data: {spec: {template: {spec: {containers: [{name: store, image: "store:1"}]}}}}
                """));
        return cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: store, namespace: shop, uid: store, generation: 2}
                spec: {template: {spec: {containers: [{name: store, image: "store:2"}]}}}
                status: {currentRevision: store-1, updateRevision: %s}
                """.formatted(newest)));
    }

    private void pod(KubeObject store, String name, String revision) {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata:
                  {name: %s, namespace: shop, labels: {controller-revision-hash: %s}, ownerReferences: [{uid: %s}]}
                """.formatted(name, revision, store.uid())));
    }

    private WatchToken token(KubeObject store) {
        ReleaseRecorder recorder = new ReleaseRecorder("1", "shop", "", "", scheduler, sink);
        return new WatchToken(
                Phase.ROLLING_BACK,
                WaitRequest.of("shop", List.of(new WaitRequest.Target(STORE, 2))),
                Map.of(STORE, new Revision("ControllerRevision", "store-1", "1")),
                List.of(),
                OnFailure.ROLLBACK,
                recorder.record(Outcome.RUNNING));
    }

    private static ReleaseException conflict() {
        return new ReleaseException(
                new Problem(Problem.Kind.CONFLICT, "change", "Deployment/shop/web", "has been modified", ""));
    }
}
