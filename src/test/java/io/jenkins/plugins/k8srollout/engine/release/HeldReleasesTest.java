package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.HoldRepair.HeldWorkload;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Test;

/** What somebody finds in the cluster who was not there when a release was paused. */
public class HeldReleasesTest extends ReleaseRunFixture {
    private static final String TWO = MANIFESTS.replace("replicas: 1", "replicas: 2");

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        new FakeReplicas(cluster);
        release(TWO);
    }

    @Test
    public void aPausedReleaseIsFoundAndGoesOnFromWhatTheClusterKeeps() {
        pause(Duration.ZERO);
        StoredRelease found = find();
        assertThat(found.token().orElseThrow().phase(), equalTo(Phase.PAUSED));
        assertThat(found.state(scheduler.now()), equalTo("paused"));
        ReleaseRun.continueFrom(found.token().orElseThrow(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(assertThrows(ReleaseException.class, this::find).getMessage(), containsString("neither waits nor"));
    }

    @Test
    public void anAbortedReleaseThatHoldsABatchIsFoundToo() {
        start(builder(TWO.replace("web:1", "web:2"))
                        .strategy(Batches.DEFAULT.withInterval(Duration.ofMinutes(1)))
                        .build())
                .cancel();
        scheduler.runDue();
        assertThat(find().state(scheduler.now()), equalTo("cancelled"));
    }

    @Test
    public void oneThatIsStillUnderWayIsLeftToWhoeverLeadsIt() {
        var run = start(builder(TWO.replace("web:1", "web:2"))
                .strategy(Batches.DEFAULT.withInterval(Duration.ofMinutes(1)))
                .build());
        String refusal = assertThrows(ReleaseException.class, this::find).getMessage();
        assertThat(refusal, containsString("release 2 of web is still under way"));
        assertThat(held().get(0).led(), equalTo(true));
        run.cancel();
        scheduler.runDue();
    }

    @Test
    public void aPausedReleaseIsFoundBehindOneThatNeverReachedItsWorkload() {
        pause(Duration.ZERO);
        cluster.failNext("apply ConfigMap/shop/settings", refusal("ConfigMap/shop/settings"));
        run(builder(TWO.replace("web:1", "web:3").replace("blue", "green"))
                .strategy(Batches.DEFAULT)
                .build());
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        StoredRelease found = find();
        assertThat(found.toString(), equalTo("release 2 of web"));
        ReleaseRun.continueFrom(found.token().orElseThrow(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThrows(ReleaseException.class, this::find);
    }

    @Test
    public void aPausedReleaseThatAnotherHasTakenOverIsNotAnswered() {
        pause(Duration.ZERO);
        release(TWO.replace("web:1", "web:3"));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(assertThrows(ReleaseException.class, this::find).getMessage(), containsString("neither waits nor"));
    }

    @Test
    public void holdsAreFoundWithoutTheRightToReadTheHistory() {
        pause(Duration.ZERO);
        cluster.failNext(
                "list Secret/shop",
                new ReleaseException(new Problem(
                        Problem.Kind.NOT_PERMITTED, "list", "Secret", "bot may not list secrets", "Add the rule")));
        HeldWorkload held = held().get(0);
        assertThat(held.release(), containsString("the history of releases may not be read"));
        assertThat(held.led(), equalTo(false));
    }

    @Test
    public void aHoldOfAnUnknownReleaseThatHasJustChangedIsLeftAlone() {
        pause(Duration.ZERO);
        cluster.remove(StoredReleaseText.ref("shop", "web", 2));
        cluster.put(live().with(
                        List.of(Map.of(
                                "manager",
                                "kubernetes-rollout",
                                "operation",
                                "Apply",
                                "time",
                                scheduler.now().toString())),
                        "metadata",
                        "managedFields"));
        assertThat(held().get(0).led(), equalTo(true));
        assertThat(held().get(0).release(), containsString("somebody may still lead it"));
        scheduler.advance(Duration.ofMinutes(16));
        assertThat(held().get(0).led(), equalTo(false));
    }

    @Test
    public void holdsAreLedWhileTheirReleaseWaits() {
        assertThat(held(), empty());
        pause(Duration.ZERO);
        assertThat(held(), equalTo(List.of(new HeldWorkload(WEB, "release 2 of web, which is paused", true))));
    }

    @Test
    public void aHoldThatNobodyLeadsIsRepaired() {
        pause(Duration.ZERO);
        cluster.remove(StoredReleaseText.ref("shop", "web", 2));
        assertThat(held().get(0).led(), equalTo(false));
        HoldRepair.repair(cluster, WEB, scheduler);
        assertThat(held(), empty());
        assertThat(Hold.of(live()), equalTo(Optional.empty()));
        assertThat(live().has("spec", "minReadySeconds"), equalTo(false));
        assertThat(live().numberOr(0, "status", "updatedReplicas"), equalTo(2L));
        HoldRepair.repair(cluster, WEB, scheduler); // nothing is left to do
    }

    @Test
    public void aDeploymentThatWasPausedByHandIsNoHold() {
        cluster.put(live().with(FakeObjects.parse("{paused: true}").flag("paused"), "spec", "paused"));
        assertThat(held(), empty());
    }

    private void pause(Duration timeout) {
        run(builder(TWO.replace("web:1", "web:2"))
                .strategy(Batches.DEFAULT.withPause(Pause.FIRST).withPauseTimeout(timeout))
                .build());
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
    }

    private StoredRelease find() {
        return HeldReleases.find(cluster, "shop", Optional.empty(), scheduler.now());
    }

    private List<HeldWorkload> held() {
        return HoldRepair.find(cluster, "shop", scheduler.now());
    }
}
