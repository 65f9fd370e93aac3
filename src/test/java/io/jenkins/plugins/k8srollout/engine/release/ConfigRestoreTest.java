package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** A release that fails returns ConfigMaps and Secrets, too. */
public class ConfigRestoreTest extends ReleaseRunFixture {
    private static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");
    private static final ObjectRef LOGIN = new ObjectRef("v1", "Secret", "shop", "login");
    private static final String GOOD =
            MANIFESTS + "---\n{apiVersion: v1, kind: Secret, metadata: {name: login}, data: {password: b25l}}\n";
    private static final String BAD = GOOD.replace("web:1", "web:absent")
            .replace("colour: blue", "colour: green, size: large")
            .replace("b25l", "dHdv");
    private static final String SLOW = BAD.replace("web:absent", "web:slow");

    @Test
    public void contentsReturnBeforeThePods() {
        release(GOOD);
        int first = cluster.calls().size();
        ReleaseRecord record = release(BAD);
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat("an added key is gone, too", data(SETTINGS), equalTo(Map.of("colour", "blue")));
        assertThat(data(LOGIN), equalTo(Map.of("password", "b25l")));
        var calls = cluster.calls().subList(first, cluster.calls().size());
        assertThat(
                calls.lastIndexOf("apply ConfigMap/shop/settings"),
                lessThan(calls.lastIndexOf("apply Deployment/shop/web")));
        assertThat(
                sentence(record), containsString("Secret/shop/login was returned to its content before the release"));
        assertThat(sentence(record), not(containsString("as released")));
    }

    @Test
    public void createdOnesStayAndAreNamed() {
        release(GOOD);
        release(BAD + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {a: b}}\n");
        assertThat(sentence(last()), containsString("Not returned, and so as released, stay ConfigMap/shop/extra"));
    }

    @Test
    public void whatSomebodyElseHasChangedSinceIsLeftAlone() {
        release(GOOD);
        start(builder(SLOW).build());
        cluster.put(cluster.get(SETTINGS).orElseThrow().with("red", "data", "colour"));
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(data(SETTINGS).get("colour"), equalTo("red"));
        assertThat(
                sentence(last()),
                containsString("ConfigMap/shop/settings keeps its released content: somebody else has changed it"));
        assertThat(data(LOGIN), equalTo(Map.of("password", "b25l")));
    }

    @Test
    public void whatASuccessorUsesIsLeftToIt() {
        release(GOOD);
        start(builder(SLOW).build());
        Cancellable successor = ReleaseRun.start(
                builder(SLOW.replace("web:slow", "web:slow-too")).build(), tools(sink), token -> {}, record -> {});
        scheduler.runDue();
        successor.cancel();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(data(SETTINGS).get("colour"), equalTo("green"));
        assertThat(data(LOGIN), equalTo(Map.of("password", "dHdv")));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("ConfigMap/shop/settings keeps its released content: somebody else has released"
                                + " Deployment/shop/web since, which uses it"),
                        containsString("Secret/shop/login keeps its released content: somebody else has released"
                                + " Deployment/shop/web since, and it may be theirs")));
    }

    @Test
    public void anotherProcessReturnsThemToo() {
        release(GOOD);
        start(builder(SLOW).build()).cancel();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        WatchToken token = new ReleaseStore(cluster, "shop")
                .get("web", 2)
                .orElseThrow()
                .token()
                .orElseThrow();
        ReleaseRun.resume(token, tools(sink), saved::add, records::add);
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(data(SETTINGS), equalTo(Map.of("colour", "blue")));
        assertThat(
                new ReleaseStore(cluster, "shop")
                        .get("web", 2)
                        .orElseThrow()
                        .record()
                        .outcome(),
                equalTo(Outcome.ROLLED_BACK));
    }

    @Test
    public void releaseThatWasInterruptedWhileItAppliedReturnsThemToo() {
        release(GOOD);
        ProgressSink ending = event -> {
            if (event instanceof ProgressEvent.Applied applied
                    && applied.object().equals(SETTINGS)) {
                throw new IllegalStateException("the process ends");
            }
        };
        ReleaseRun.start(builder(BAD).onFailure(OnFailure.LEAVE).build(), tools(ending), saved::add, record -> {});
        assertThat(data(SETTINGS).get("colour"), equalTo("green"));
        WatchToken token = token();
        WatchToken asked = new WatchToken(
                token.phase(), token.waiting(), token.previous(), token.created(), OnFailure.ROLLBACK, token.record());
        ReleaseRun.resume(asked, tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(data(SETTINGS), equalTo(Map.of("colour", "blue")));
    }

    @Test
    public void withoutHistoryTheSameProcessStillReturnsThem() {
        release(GOOD);
        cluster.failNext("list Secret/shop", refused());
        release(BAD);
        assertThat(data(SETTINGS), equalTo(Map.of("colour", "blue")));
    }

    @Test
    public void aRollbackWithoutTheFormerContentsIsNotWhole() {
        release(GOOD);
        start(builder(SLOW).build());
        cluster.failNext("get Secret/shop/k8s-rollout.web.v2", refused());
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("keep their released contents, because the former ones cannot be read: no"),
                        containsString("tries again to return what was missed")));
    }

    @Test
    public void configurationAloneReturnsWhereTheRestIsRefused() {
        release(GOOD);
        KubeObject before = live();
        ProgressSink failing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.Applied applied
                    && applied.object().equals(SETTINGS)) {
                cluster.failNext("apply Deployment/shop/web", refused());
            }
        };
        ReleaseRun.start(builder(BAD).build(), tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(data(SETTINGS), equalTo(Map.of("colour", "blue")));
        assertThat(live(), equalTo(before));
    }

    @Test
    public void repeatingItChangesNothing() {
        KubeObject now = FakeObjects.parse(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {colour: blue}}");
        cluster.put(now);
        PastContent content = new PastContent(
                SETTINGS, now.without("metadata").without("kind").without("apiVersion"), "");
        int before = changes().size();
        assertThat(
                new ConfigRestore(cluster, sink)
                        .restore(List.of(content), Rollback.Standing.NOBODY_ELSE)
                        .isEmpty(),
                equalTo(true));
        assertThat(changes().size(), equalTo(before));
    }

    private Map<String, String> data(ObjectRef ref) {
        return cluster.get(ref).orElseThrow().strings("data");
    }

    private static ReleaseException refused() {
        return new ReleaseException(new Problem(Problem.Kind.REJECTED, "apply", "it", "no", ""));
    }
}
