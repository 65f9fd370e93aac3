package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

/** What the cluster keeps of releases. */
public class ReleaseBookTest extends ReleaseRunFixture {
    private static final String LOGIN =
            "---\n{apiVersion: v1, kind: Secret, metadata: {name: login}, data: {password: aHVzaC1odXNo}}\n";

    private final ReleaseStore store = new ReleaseStore(cluster, "shop");

    @Test
    public void releaseIsKeptFromBeforeItsFirstChange() {
        ReleaseRecord record =
                run(builder(MANIFESTS).changeCause("build 7").startedBy("alice").build());
        StoredRelease kept = store.get("web", 1).orElseThrow();
        assertThat(kept.record(), equalTo(record));
        assertThat(kept.toString(), equalTo("release 1 of web"));
        assertThat(kept.record().entry().startedBy(), equalTo("alice"));
        assertThat("nothing is left to undo", kept.token().isEmpty(), is(true));
        assertThat(kept.images(), equalTo(List.of("registry.example.com/shop/web:1")));
        List<KubeObject> manifests = kept.manifests().orElseThrow();
        assertThat(manifests.get(0).strings("data"), equalTo(Map.of("colour", "blue")));
        assertThat(
                cluster.calls().indexOf("create Secret/shop/k8s-rollout.web.v1"),
                lessThan(cluster.calls().indexOf("apply ConfigMap/shop/settings")));
    }

    @Test
    public void releaseCanBeReadWhileItApplies() {
        List<StoredRelease> seen = new ArrayList<>();
        ProgressSink reading = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.Applied) {
                seen.addAll(store.open());
            }
        };
        ReleaseRun.start(builder(MANIFESTS).build(), tools(reading), saved::add, records::add);
        scheduler.runDue();
        StoredRelease first = seen.get(0);
        assertThat(first.record().outcome(), equalTo(Outcome.RUNNING));
        assertThat(first.token().orElseThrow().phase(), equalTo(WatchToken.Phase.APPLYING));
        assertThat(first.token().orElseThrow().encode(), equalTo(saved.get(0).encode()));
        assertThat(first.state(scheduler.now()), equalTo("running"));
        assertThat("a resumed wait may look late", first.state(late(12)), equalTo("running"));
        assertThat(first.state(late(14)), equalTo("interrupted"));
        assertThat("closed", store.open(), empty());
    }

    @Test
    public void keepingTakesFourRequests() {
        release(MANIFESTS);
        assertThat(
                cluster.calls().stream().filter(c -> c.contains("Secret/shop")).toList(),
                equalTo(List.of(
                        "list Secret/shop",
                        "create Secret/shop/k8s-rollout.web.v1",
                        "patch Secret/shop/k8s-rollout.web.v1",
                        "patch Secret/shop/k8s-rollout.web.v1")));
    }

    @Test
    public void anUpdateThatArrivesAfterTheEndChangesNothing() {
        List<KubeObject> updates = new ArrayList<>();
        ClusterPort port = (ClusterPort) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClusterPort.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("patch")) {
                        updates.add((KubeObject) arguments[1]);
                    }
                    return method.invoke(cluster, arguments);
                });
        ReleaseTools tools = new ReleaseTools(port, scheduler, tools(sink).workers(), sink);
        ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        scheduler.runDue();
        StoredRelease ended = store.get("web", 1).orElseThrow();
        assertThat(updates, hasSize(2));
        ReleaseException late = assertThrows(
                ReleaseException.class,
                () -> cluster.patch(new ObjectRef("v1", "Secret", "shop", "k8s-rollout.web.v1"), updates.get(0)));
        assertThat(late.problem().kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(store.get("web", 1).orElseThrow(), equalTo(ended));
    }

    @Test
    public void tenAreKeptAndTheNewestHealthyOne() {
        release(MANIFESTS);
        for (int i = 0; i < 12; i++) {
            release(MANIFESTS.replace("web:1", "web:absent"));
        }
        List<StoredRelease> kept = store.list("web");
        assertThat(kept, hasSize(ReleaseStore.KEPT + 1));
        assertThat(kept.get(0).number(), equalTo(13L));
        assertThat(kept.get(10).record().outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void oldOnesThatCannotBeDeletedAreToldAndTheReleaseIsKept() {
        for (int i = 0; i < ReleaseStore.KEPT + 1; i++) {
            release(MANIFESTS);
        }
        cluster.failNext("delete", notPermitted());
        release(MANIFESTS);
        assertThat(store.list("web").get(0).record().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(warnings(), hasItem(startsWith("Older releases than the last 10 could not be deleted")));
    }

    @Test
    public void dryRunAndRefusedReleaseAreNotKept() {
        run(builder(MANIFESTS).dryRun(true).build());
        release("{apiVersion: v1, kind: ConfigMap, metadata: {name: NO}}");
        assertThat(store.list(""), empty());
        assertThat(last().entry().isKept(), is(false));
    }

    @Test
    public void withoutTheRightOneWarningAndTheRoleThatGrantsIt() {
        cluster.failNext("list Secret/shop", notPermitted());
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        List<String> warnings = warnings();
        assertThat(warnings, hasSize(1));
        assertThat(
                warnings.get(0),
                allOf(
                        startsWith("This release is not kept in the history"),
                        containsString("resources: [secrets]"),
                        containsString("verbs: [get, list, watch, create, patch, delete]")));
    }

    @Test
    public void deletedRecordIsToldOnceAndFailsNothing() {
        ProgressSink deleting = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.StageFinished finished
                    && finished.stage().equals("Apply")) {
                cluster.remove(StoredReleaseText.ref("shop", "web", 1));
            }
        };
        ReleaseRun.start(builder(MANIFESTS).build(), tools(deleting), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(warnings(), hasSize(1));
    }

    @Test
    public void anUpdateThatFailedOnceCostsNeitherTheFormerContentsNorTheEnd() {
        release(MANIFESTS);
        cluster.failNext("patch Secret/shop/k8s-rollout.web.v2", unreachable());
        release(BROKEN);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                cluster.get(ref("ConfigMap", "settings")).orElseThrow().strings("data"),
                equalTo(Map.of("colour", "blue")));
        assertThat(warnings(), hasItem(startsWith("What becomes of this release could not be written")));
        assertThat(store.get("web", 2).orElseThrow().record().outcome(), equalTo(Outcome.ROLLED_BACK));
    }

    @Test
    public void whatMayNotBeUpdatedIsUndoneAllTheSame() {
        release(MANIFESTS);
        int before = warnings().size();
        ReleaseException[] refusals = new ReleaseException[9];
        Arrays.fill(refusals, notPermitted());
        cluster.failNext("patch Secret/shop/k8s-rollout.web.v2", refusals);
        release(BROKEN);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                cluster.get(ref("ConfigMap", "settings")).orElseThrow().strings("data"),
                equalTo(Map.of("colour", "blue")));
        assertThat(
                "told once",
                warnings().stream().filter(w -> w.contains("of this release")).count() - before,
                equalTo(1L));
    }

    @Test
    public void contentsThatCouldNotBeReturnedAreKeptForTheNextAttempt() {
        release(MANIFESTS);
        ProgressSink failing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.StageStarted stage
                    && stage.stage().equals("Return the configuration")) {
                cluster.failNext("apply ConfigMap/shop/settings", unreachable());
            }
        };
        ReleaseRun.start(builder(BROKEN).build(), tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        StoredRelease found = HeldReleases.find(cluster, "shop", java.util.Optional.of("web"), scheduler.now());
        ReleaseRun.continueFrom(found.token().orElseThrow(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                cluster.get(ref("ConfigMap", "settings")).orElseThrow().strings("data"),
                equalTo(Map.of("colour", "blue")));
    }

    @Test
    public void releaseOfImagesThatIsBegunAnewKeepsTheOtherManifests() {
        release(MANIFESTS);
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .build();
        int before = saved.size();
        cluster.failNext(
                "apply Deployment/shop/web",
                new ReleaseException(
                        new Problem(Problem.Kind.INTERRUPTED, "apply", "Deployment/shop/web", "the process ends", "")));
        run(request);
        ReleaseRun.startAgain(request, saved.get(before), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                store.get("web", 2).orElseThrow().manifests().orElseThrow().stream()
                        .map(KubeObject::kind)
                        .toList(),
                equalTo(List.of("ConfigMap", "Deployment")));
    }

    @Test
    public void theRecordItselfCountsAmongWhatASecretHasRoomFor() {
        StoredRelease bare = stored(1);
        assertThat(StoredReleaseText.size(bare), is(bare.record().toJson().length()));
    }

    @Test
    public void releaseThatBeginsAtTheSameTimeGetsTheNextNumber() {
        cluster.put(StoredReleaseText.write(stored(1)).without("metadata", "labels"));
        release(MANIFESTS);
        assertThat(last().entry().number(), equalTo(2L));
        assertThat(
                warnings(), hasItem(containsString("Another release of web began at the same time and is number 1")));
    }

    @Test
    public void namespaceThatTheReleaseMakesKeepsItsRecord() {
        ReleaseException absent = new ReleaseException(
                new Problem(Problem.Kind.NOT_FOUND, "create", "Secret/fresh/x", "namespaces \"fresh\" not found", ""));
        cluster.failNext("create", absent);
        run(builder(MANIFESTS).namespace("fresh").createNamespace(true).build());
        assertThat(new ReleaseStore(cluster, "fresh").list("web"), hasSize(1));
        assertThat(
                cluster.calls().lastIndexOf("create Secret/fresh/k8s-rollout.web.v1"),
                lessThan(cluster.calls().indexOf("apply ConfigMap/fresh/settings")));
        assertThat(warnings(), empty());
    }

    @Test
    public void releaseOfImagesKeepsTheOtherManifests() {
        release(MANIFESTS);
        run(ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .build());
        StoredRelease second = store.get("web", 2).orElseThrow();
        assertThat(
                second.manifests().orElseThrow().stream().map(KubeObject::kind).toList(),
                equalTo(List.of("ConfigMap", "Deployment")));
        assertThat(second.images(), equalTo(List.of("registry.example.com/shop/web:2")));
    }

    @Test
    public void manifestsTooLargeForASecretAreLeftOutAndToldSo() {
        release(MANIFESTS + large("one", 1) + large("two", 2));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(store.get("web", 1).orElseThrow().manifests().isEmpty(), is(true));
        assertThat(warnings(), hasItem(containsString("a Secret has room for 878")));
    }

    @Test
    public void historyIsNamedByTheRequestOrTheFirstWorkload() {
        run(builder(MANIFESTS).history("storefront").build());
        release("{apiVersion: v1, kind: ConfigMap, metadata: {name: lonely}}");
        assertThat(
                store.list("").stream().map(StoredRelease::history).toList(), equalTo(List.of("shop", "storefront")));
    }

    @Test
    public void secretValuesAreNowhereButInTheSecret() {
        release(MANIFESTS + LOGIN);
        release(MANIFESTS.replace("web:1", "web:absent") + LOGIN.replace("aHVzaC1odXNo", "b3RoZXI="));
        String told = String.join("\n", sink.lines())
                + saved.stream().map(WatchToken::encode).toList()
                + records.stream().map(ReleaseRecord::toJson).toList()
                + store.list("");
        for (String secret : List.of("aHVzaC1odXNo", "hush-hush", "b3RoZXI=")) {
            assertThat(told, not(containsString(secret)));
        }
        KubeObject kept = cluster.get(StoredReleaseText.ref("shop", "web", 2)).orElseThrow();
        assertThat("packed", kept.fields().toString(), not(containsString("aHVzaC1odXNo")));
    }

    private static String large(String name, long seed) {
        byte[] noise = new byte[StoredReleaseText.MOST_BYTES / 2 + 1];
        new Random(seed).nextBytes(noise);
        return "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, binaryData: {noise: "
                + Base64.getEncoder().encodeToString(noise) + "}}\n";
    }

    private StoredRelease stored(long number) {
        ReleaseRecorder recorder = new ReleaseRecorder("other", "shop", "", "", scheduler, sink);
        recorder.entry(ReleaseRecord.HistoryEntry.NONE.numbered("web", number));
        return new StoredRelease(
                recorder.record(Outcome.RUNNING), java.util.Optional.empty(), java.util.Optional.empty(), List.of());
    }

    private List<String> warnings() {
        return sink.of(ProgressEvent.Notice.class).stream()
                .map(ProgressEvent.Notice::text)
                .toList();
    }

    private static ReleaseException notPermitted() {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                "list Secret objects",
                "in namespace shop",
                "bot may not list secrets",
                "Add the rule"));
    }

    private Instant late(int minutes) {
        return scheduler.now().plus(Duration.ofMinutes(minutes));
    }

    private static ReleaseException unreachable() {
        return new ReleaseException(new Problem(
                Problem.Kind.UNREACHABLE, "patch Secret", "in namespace shop", "the server does not answer", "Wait"));
    }

    static ObjectRef ref(String kind, String name) {
        return new ObjectRef("v1", kind, "shop", name);
    }
}
