package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** Blue-green to its end and back, on top of each other, and what is refused. */
public class BlueGreenReleaseTest extends BlueGreenFixture {
    // ---- to the end

    @Test
    public void bothColoursAreThereBeforeTheServicesAreSwitchedAndTheOldOneGoesAfterAWhile() {
        begin(":2", KEEPING);
        assertThat("both serve as many", controller.history(), equalTo(List.of("5/10")));
        assertThat("and only the new one is served from", served, contains("hash-of-web-0", "hash-of-web-1"));
        assertThat(selector(SERVICE), equalTo(Map.of("app", "web", "pod-template-hash", "hash-of-web-1")));
        assertThat(selector(OTHER), equalTo(Map.of("app", "web", "pod-template-hash", "hash-of-web-1")));
        scheduler.advance(KEEP.minusSeconds(1));
        assertThat(controller.history(), equalTo(List.of("5/10")));
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("5/10", "5/5")));
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1"));
        nothingIsLeft();
        assertThat(
                last().stages().stream().map(ReleaseRecord.Stage::name).toList(),
                equalTo(List.of(
                        "Plan",
                        "Ask the server",
                        "Apply",
                        "Start the new colour",
                        "Keep the old colour",
                        "End the old colour",
                        "Wait for health")));
    }

    @Test
    public void eachServiceIsSwitchedByOnePatch() {
        begin(":2", KEEPING);
        String patch = "patch " + OTHER;
        scheduler.advance(KEEP);
        assertThat(
                "bound, switched, freed, unmarked",
                changes().stream().filter(patch::equals).count(),
                equalTo(4L));
    }

    @Test
    public void aReleaseThatChangesNoPodAndOneOfANewWorkloadTouchNoService() {
        begin(":1", KEEPING);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(changes(), not(hasItem("patch " + SERVICE)));
        cluster.remove(WEB);
        begin(":2", KEEPING);
        assertThat(changes(), not(hasItem("patch " + SERVICE)));
    }

    @Test
    public void withoutKeepTheOldColourGoesAtOnce() {
        begin(":2", new BlueGreen(Duration.ZERO, false, Duration.ZERO, Optional.empty()));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1"));
        nothingIsLeft();
    }

    // ---- pauses

    @Test
    public void thePauseIsBeforeTheSwitch() {
        begin(":2", PAUSING);
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        assertThat(token().phase(), equalTo(Phase.PAUSED));
        assertThat(served, equalTo(List.of()));
        assertThat(live().flag("spec", "paused"), equalTo(true));
        ReleaseRun.continueFrom(reread(), watched(), saved::add, records::add);
        scheduler.runDue();
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1"));
        scheduler.advance(KEEP);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsLeft();
    }

    @Test
    public void aPausedReleaseCanBeUndone() {
        begin(":2", PAUSING);
        ReleaseRun.rollBack(reread(), watched(), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(served, equalTo(List.of()));
        assertThat(image(), containsString(":1"));
        nothingIsLeft();
    }

    // ---- back

    @Test
    public void whoGoesBackIsServedByTheOldColourBeforeAnythingElse() {
        Cancellable run = begin(":2", KEEPING);
        scheduler.advance(Duration.ofMinutes(1));
        run.cancel();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(sentence(last()), containsString("k8s-rollout continue"));
        int before = changes().size();
        ReleaseRun.rollBack(reread(), watched(), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        List<String> changes = changes().subList(before, changes().size());
        assertThat(changes.indexOf("patch " + SERVICE), lessThan(changes.indexOf("apply " + WEB)));
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1", "hash-of-web-0"));
        assertThat(controller.history(), equalTo(List.of("5/10", "5/5")));
        nothingIsLeft();
    }

    @Test
    public void anAbortedKeepIsGoneOnWithForWhatIsLeftOfIt() {
        Cancellable run = begin(":2", KEEPING);
        scheduler.advance(Duration.ofMinutes(4));
        run.cancel();
        scheduler.advance(Duration.ofMinutes(4));
        ReleaseRun.continueFrom(reread(), watched(), saved::add, records::add);
        scheduler.advance(Duration.ofSeconds(119));
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsLeft();
    }

    @Test
    public void aNewColourThatNeverGetsReadyIsNeverServed() {
        begin("/absent:2", KEEPING);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(served, equalTo(List.of()));
        assertThat(image(), containsString(":1"));
        nothingIsLeft();
    }

    @Test
    public void aNewColourThatFailsLaterIsSwitchedBack() {
        begin(
                ":2",
                new BlueGreen(
                        KEEP,
                        false,
                        Duration.ZERO,
                        Optional.of(new io.jenkins.plugins.k8srollout.engine.model.Analysis(
                                Duration.ofSeconds(10), 0, 0, List.of()))));
        controller.restart();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1", "hash-of-web-0"));
        nothingIsLeft();
    }

    @Test
    public void aFailureThatIsLeftKeepsTheOldColourServing() {
        start(request("/absent:2", KEEPING).onFailure(OnFailure.LEAVE).build());
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(served, equalTo(List.of()));
        begin(":3", KEEPING);
        scheduler.advance(KEEP);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsLeft();
    }

    @Test
    public void theRevisionThatServesCuresAFailedReleaseAndNeedsNoSwitch() {
        start(request("/absent:2", new Strategy.Rolling())
                .onFailure(OnFailure.LEAVE)
                .build());
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        begin(":1", KEEPING);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(sink.lines(), hasItem(containsString("there is nothing to switch")));
        assertThat(served, equalTo(List.of()));
        assertThat(image(), containsString(":1"));
        nothingIsLeft();
    }

    // ---- on top of each other

    @Test
    public void theNextReleaseFirstEndsAKeptColourWhateverItsStrategy() {
        for (Strategy strategy : List.of(KEEPING, new Strategy.Rolling(), Strategy.Batches.DEFAULT)) {
            String tag = ":" + strategy.getClass().getSimpleName();
            begin(tag + "-a", KEEPING).cancel();
            String kept = selector(SERVICE).get("pod-template-hash");
            begin(tag + "-b", strategy);
            scheduler.advance(KEEP);
            assertThat(tag, last().outcome(), equalTo(Outcome.HEALTHY));
            assertThat(served, hasItem(kept));
            assertThat(image(), containsString(tag + "-b"));
            if (strategy instanceof Strategy.Batches) {
                wrong.clear(); // they serve with both revisions, by their nature
            }
            nothingIsLeft();
        }
    }

    @Test
    public void aBrokenColourThatServesDoesNotKeepOutWhatCuresIt() {
        begin(":2", KEEPING).cancel();
        controller.breakDown(WEB);
        begin(":3", new Strategy.Rolling());
        scheduler.advance(Duration.ofMinutes(30));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(sink.lines(), hasItem(containsString("select all its pods, of both colours, until this release")));
        assertThat(image(), containsString(":3"));
        assertThat("for a while nobody was served, or both colours", wrong, not(equalTo(List.of())));
        wrong.clear();
        nothingIsLeft();
    }

    @Test
    public void theNextReleaseUndoesWhatWasNeverSwitched() {
        begin(":2", PAUSING);
        begin(":3", KEEPING);
        scheduler.advance(KEEP);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat("the second was never served", served, not(hasItem("hash-of-web-1")));
        nothingIsLeft();
    }

    @Test
    public void aReturnToTheKeptColourSwitchesBackToIt() {
        begin(":2", KEEPING).cancel();
        scheduler.runDue();
        int pods = controller.history().size();
        begin(":1", KEEPING);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(served, contains("hash-of-web-0", "hash-of-web-1", "hash-of-web-0"));
        assertThat(
                "no pod was started",
                controller.history().subList(pods, controller.history().size()),
                equalTo(List.of("5/5")));
        nothingIsLeft();
    }

    // ---- refusals, before anything changes

    @Test
    public void whatCannotHaveTwoColoursIsRefusedBeforeAnythingChanges() {
        Map<String, String> table = Map.of(
                "no Service selects", FIVE.replace("selector: {app: web}, ports", "selector: {app: shop}, ports"),
                "wants the strategy Recreate",
                        FIVE.replace("  replicas: 5", "  replicas: 5\n  strategy: {type: Recreate}"));
        table.forEach((reason, manifests) -> {
            cluster.remove(OTHER);
            if (reason.startsWith("no")) {
                cluster.put(cluster.get(SERVICE).orElseThrow().with("shop", "spec", "selector", "app"));
            }
            int before = changes().size();
            start(builder(manifests.replace("/web:1", "/web:2"))
                    .strategy(KEEPING)
                    .build());
            assertThat(sentence(last()), containsString(reason));
            assertThat(sentence(last()), containsString("Nothing was changed"));
            assertThat(changes().size(), equalTo(before));
            cluster.put(cluster.get(SERVICE).orElseThrow().with("web", "spec", "selector", "app"));
        });
    }

    @Test
    public void aServiceOfSeveralWorkloadsIsRefused() {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata: {name: legacy, namespace: shop, labels: {app: web}}
                status: {phase: Running}
                """));
        begin(":2", KEEPING);
        assertThat(sentence(last()), containsString("it selects Pod/shop/legacy, too"));
        assertThat(image(), containsString(":1"));
    }

    @Test
    public void aServiceThatWouldServeNobodyAfterTheSwitchIsRefused() {
        cluster.put(cluster.get(OTHER).orElseThrow().with("blue", "spec", "selector", "tint"));
        cluster.put(live().with("blue", "spec", "template", "metadata", "labels", "tint"));
        int before = changes().size();
        begin(":2", KEEPING);
        assertThat(sentence(last()), containsString("would serve nobody before or after the switch"));
        assertThat(sentence(last()), containsString(OTHER.toString()));
        assertThat(changes().size(), equalTo(before));
    }

    @Test
    public void aSelectorThatSomebodyElseChangesIsNotSwitched() {
        begin(":2", PAUSING);
        cluster.put(cluster.get(OTHER).orElseThrow().without("spec", "selector", "pod-template-hash"));
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("somebody else has changed its selector"));
        assertThat(selector(SERVICE).get("pod-template-hash"), equalTo("hash-of-web-0"));
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat("it keeps nobody from going back", last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(image(), containsString(":1"));
        wrong.clear();
        nothingIsLeft();
    }

    @Test
    public void configurationThatBothColoursMountIsTold() {
        String mounting = FIVE.replace(
                "      containers:",
                "      volumes: [{name: s, configMap: {name: settings}}]\n                  containers:"
                        .replace("                  containers", "      containers"));
        release(mounting.replace(
                "envFrom: [{configMapRef: {name: settings}}]", "volumeMounts: [{name: s, mountPath: /s}]"));
        String changed = mounting.replace(
                        "envFrom: [{configMapRef: {name: settings}}]", "volumeMounts: [{name: s, mountPath: /s}]")
                .replace("colour: blue", "colour: green");
        start(builder(changed).strategy(KEEPING).build());
        assertThat(sink.lines(), hasItem(containsString("mounts what this release changes: ConfigMap/shop/settings")));
        scheduler.advance(KEEP);
    }
}
