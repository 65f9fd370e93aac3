package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.cluster.ScriptedApiServer.Watch;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class SharedWatchesTest {
    private static final String LIST = "GET /api/v1/namespaces/shop/configmaps";
    private static final String WATCH = "WATCH /api/v1/namespaces/shop/configmaps";
    private static final Selection CONFIGS = Selection.of("v1", "ConfigMap", "shop");
    private final ImpatientScheduler time = new ImpatientScheduler();
    private final Tales tales = new Tales();
    private ScriptedApiServer server;
    private Fabric8Cluster cluster;

    @Before
    public void open() throws IOException {
        server = new ScriptedApiServer();
        cluster = Fabric8Cluster.open(ClusterAccess.server(server.url(), ""), time, time, ProgressSink.NONE);
    }

    @After
    public void close() {
        cluster.close();
        server.close();
        time.close();
    }

    @Test
    public void tellsWhatIsThereThenEachChange() throws InterruptedException {
        server.answer(LIST, 200, list("10", config("a", 9)));
        cluster.watch(CONFIGS, tales);
        Watch watch = server.nextWatch();
        assertThat(watch.query(), containsString("resourceVersion=10"));
        watch.send("ADDED", config("b", 11));
        watch.send("MODIFIED", config("a", 12));
        watch.send("DELETED", config("b", 13));
        tales.expect("changed a 9", "synced", "changed b 11", "changed a 12", "deleted b 13");
    }

    private void serverOf(String minor) {
        server.reset("GET /version").answer("GET /version", 200, "{\"major\":\"1\",\"minor\":\"" + minor + "\"}");
    }

    private static KubeObject end(int version) {
        return FakeObjects.parse("{apiVersion: v1, kind: ConfigMap, metadata: {resourceVersion: '" + version
                + "', annotations: {k8s.io/initial-events-end: 'true'}}}");
    }

    @Test
    public void newServerTellsWhatIsThereInTheWatchItself() throws InterruptedException {
        serverOf("34");
        cluster.watch(CONFIGS, tales);
        Watch watch = server.nextWatch();
        assertThat(
                watch.query(),
                allOf(
                        containsString("sendInitialEvents=true"),
                        containsString("resourceVersionMatch=NotOlderThan"),
                        not(containsString("resourceVersion="))));
        watch.send("ADDED", config("a", 8));
        watch.send("ADDED", config("b", 9));
        watch.send("BOOKMARK", config("", 9));
        watch.send("BOOKMARK", end(10));
        watch.send("MODIFIED", config("b", 11));
        tales.expect("changed a 8", "changed b 9", "synced", "changed b 11");
        watch.end();
        assertThat(server.nextWatch().query(), containsString("resourceVersion=11"));
        assertThat(server.requests(LIST), hasSize(0));
    }

    @Test
    public void watchThatBreaksBeforeAllWasToldBeginsAnew() throws InterruptedException {
        serverOf("34");
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        first.send("ADDED", config("a", 8));
        first.breakOff();
        Watch second = server.nextWatch();
        assertThat(second.query(), containsString("sendInitialEvents=true"));
        second.send("ADDED", config("b", 9));
        second.send("BOOKMARK", end(10));
        tales.expect("changed b 9", "synced");
    }

    @Test
    public void forgottenVersionIsMendedByTheInitialEvents() throws InterruptedException {
        serverOf("34");
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        first.send("ADDED", config("a", 8));
        first.send("BOOKMARK", end(10));
        first.send("ERROR", FakeObjects.parse("{kind: Status, code: 410, reason: Expired, message: too old}"));
        Watch second = server.nextWatch();
        second.send("ADDED", config("b", 12));
        second.send("BOOKMARK", end(20));
        tales.expect("changed a 8", "synced", "changed b 12", "deleted a 8");
    }

    @Test
    public void eventsThatAllGoesItsWayAreNotTold() throws InterruptedException {
        server.reset("GET /api/v1")
                .answer(
                        "GET /api/v1",
                        200,
                        "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["
                                + "{\"name\":\"events\",\"kind\":\"Event\",\"namespaced\":true}]}");
        server.answer("GET /api/v1/namespaces/shop/events", 200, list("10", happened("one", "Normal", "Pulled")));
        cluster.watch(Selection.of("v1", "Event", "shop"), tales);
        Watch watch = server.nextWatch();
        watch.send("ADDED", happened("two", "Normal", "Started"));
        watch.send("ADDED", happened("three", "Warning", "Failed"));
        watch.send("DELETED", happened("one", "Normal", "Pulled"));
        watch.send("ADDED", happened("four", "Normal", "TriggeredScaleUp"));
        tales.expect("synced", "changed three 9", "changed four 9");
    }

    private static KubeObject happened(String name, String type, String reason) {
        return FakeObjects.parse("{apiVersion: v1, kind: Event, metadata: {name: " + name
                + ", namespace: shop, resourceVersion: '9'}, type: " + type + ", reason: " + reason + "}");
    }

    @Test
    public void serverThatWillNotTellItInTheWatchIsAskedForAList() throws InterruptedException {
        serverOf("33");
        String refusal = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
        server.answer(WATCH, 422, ScriptedApiServer.status(422, "Invalid", refusal));
        server.answer(LIST, 200, list("10", config("a", 9)));
        cluster.watch(CONFIGS, tales);
        tales.expect("changed a 9", "synced");
        assertThat(server.requests(WATCH).get(0).query(), containsString("sendInitialEvents=true"));
    }

    @Test
    public void serverWhoseStoreCannotTellItInTheWatchIsAskedForAList() throws InterruptedException {
        serverOf("36");
        server.answer(LIST, 200, list("10", config("a", 9)));
        cluster.watch(CONFIGS, tales);
        Watch refused = server.nextWatch();
        refused.send("ERROR", FakeObjects.parse("{kind: Status, code: 500, reason: InternalError, message: disabled}"));
        tales.expect("changed a 9", "synced");
        assertThat(server.nextWatch().query(), containsString("resourceVersion=10"));
    }

    @Test
    public void oneConnectionServesAllAndEndsWithTheLast() throws InterruptedException {
        server.answer(LIST, 200, list("10", config("a", 9)));
        Cancellable first = cluster.watch(CONFIGS, tales);
        Watch watch = server.nextWatch();
        tales.expect("changed a 9", "synced");
        Tales late = new Tales();
        Cancellable second = cluster.reportingTo(ProgressSink.NONE).watch(CONFIGS, late);
        late.expect("changed a 9", "synced");
        watch.send("MODIFIED", config("a", 11));
        tales.expect("changed a 11");
        late.expect("changed a 11");
        assertThat(server.requests(WATCH), hasSize(1));
        first.cancel();
        assertThat(cluster.openWatches(), equalTo(1));
        second.cancel();
        assertThat(cluster.openWatches(), equalTo(0));
    }

    @Test
    public void goesOnWhereAnEndedOrBrokenConnectionLeftOff() throws InterruptedException {
        server.answer(LIST, 200, list("10"));
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        first.send("ADDED", config("a", 11));
        first.send("BOOKMARK", config("", 15));
        tales.expect("synced", "changed a 11");
        first.end();
        Watch second = server.nextWatch();
        assertThat(second.query(), containsString("resourceVersion=15"));
        second.send("MODIFIED", config("a", 16));
        tales.expect("changed a 16");
        second.breakOff();
        Watch third = server.nextWatch();
        assertThat(third.query(), containsString("resourceVersion=16"));
        assertThat("nothing was listed anew", server.requests(LIST), hasSize(1));
    }

    @Test
    public void forgottenVersionIsMendedByAListOfWhichOnlyDifferencesAreTold() throws InterruptedException {
        server.answer(LIST, 200, list("10", config("a", 1), config("b", 2), config("c", 3)))
                .answer(LIST, 200, list("20", config("a", 1), config("b", 12), config("d", 13)));
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        tales.expect("changed a 1", "changed b 2", "changed c 3", "synced");
        first.send("ERROR", FakeObjects.parse("{kind: Status, code: 410, reason: Expired, message: too old}"));
        tales.expect("changed b 12", "changed d 13", "deleted c 3");
        assertThat(server.nextWatch().query(), containsString("resourceVersion=20"));
    }

    @Test
    public void serverThatIsAwayIsToldAndThenAllThatWasMissed() throws InterruptedException {
        server.answer(LIST, 200, list("10", config("a", 1), config("b", 2)))
                .answer(LIST, 200, list("20", config("a", 1), config("b", 12)));
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        tales.expect("changed a 1", "changed b 2", "synced");
        first.breakOff();
        server.nextWatch().breakOff();
        tales.expect("disconnected", "changed b 12", "synced");
        assertThat(server.nextWatch().query(), containsString("resourceVersion=20"));
    }

    @Test
    public void objectMadeAnewUnderItsNameIsFirstToldAsGone() throws InterruptedException {
        server.answer(LIST, 200, list("10", config("a", 1).with("one", "metadata", "uid")))
                .answer(LIST, 200, list("20", config("a", 12).with("two", "metadata", "uid")));
        cluster.watch(CONFIGS, tales);
        Watch first = server.nextWatch();
        first.send("ERROR", FakeObjects.parse("{kind: Status, code: 410, message: too old}"));
        tales.expect("changed a 1", "synced", "deleted a 1", "changed a 12");
    }

    @Test
    public void lostRightEndsTheWatch() throws InterruptedException {
        server.answer(
                LIST,
                403,
                ScriptedApiServer.status(
                        403,
                        "Forbidden",
                        "configmaps is forbidden: User \"bot\" cannot list"
                                + " resource \"configmaps\" in API group \"\" in the namespace \"shop\""));
        cluster.watch(CONFIGS, tales);
        assertThat(
                tales.next(),
                containsString("failed Could not watch ConfigMap objects in namespace shop: bot may not list"));
        server.reset(LIST).answer(LIST, 200, list("10"));
        Tales again = new Tales();
        cluster.watch(CONFIGS, again);
        again.expect("synced");
    }

    @Test
    public void forbiddenWatchAfterAnAllowedListEndsIt() throws InterruptedException {
        server.answer(LIST, 200, list("10"))
                .answer(
                        WATCH,
                        403,
                        ScriptedApiServer.status(
                                403,
                                "Forbidden",
                                "configmaps is forbidden: User \"bot\" cannot watch resource \"configmaps\" in API group \"\" in the namespace \"shop\""));
        cluster.watch(CONFIGS, tales);
        tales.expect("synced");
        assertThat(tales.next(), containsString("bot may not watch configmaps"));
    }

    @Test
    public void unknownKindEndsTheWatch() throws InterruptedException {
        cluster.watch(Selection.of("example.com/v1", "Thing", "shop"), tales);
        assertThat(tales.next(), containsString("the cluster does not serve example.com/v1"));
    }

    @Test
    public void serverThatIsAwayIsWaitedForWithoutEnd() throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            server.answer(LIST, 503, "");
        }
        server.answer(LIST, 200, list("10", config("a", 1)));
        cluster.watch(CONFIGS, tales);
        tales.expect("changed a 1", "synced");
    }

    private static KubeObject config(String name, long version) {
        return FakeObjects.parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: \"" + name
                + "\", namespace: shop, resourceVersion: \"" + version + "\", managedFields: [{manager: m}]}}");
    }

    private static String list(String version, KubeObject... items) {
        KubeObject list = KubeObject.of(java.util.Map.of(
                "kind",
                "ConfigMapList",
                "apiVersion",
                "v1",
                "metadata",
                java.util.Map.of("resourceVersion", version),
                "items",
                java.util.List.of(items)));
        return new String(Json.write(list), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static final class Tales implements WatchListener {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            String next = told.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing more was told");
            }
            return next;
        }

        void expect(String... wanted) throws InterruptedException {
            for (String each : wanted) {
                assertThat(next(), equalTo(each));
            }
        }

        private static String words(String what, KubeObject object) {
            assertThat("managed fields are not kept", object.has("metadata", "managedFields"), equalTo(false));
            return what + " " + object.name() + " "
                    + object.text("metadata", "resourceVersion").orElse("");
        }

        @Override
        public void changed(KubeObject object) {
            told.add(words("changed", object));
        }

        @Override
        public void deleted(KubeObject object) {
            told.add(words("deleted", object));
        }

        @Override
        public void synced() {
            told.add("synced");
        }

        @Override
        public void disconnected() {
            told.add("disconnected");
        }

        @Override
        public void failed(RuntimeException reason) {
            told.add("failed " + reason.getMessage());
        }
    }
}
