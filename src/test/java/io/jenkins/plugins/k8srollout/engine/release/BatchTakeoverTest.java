package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

/** Held workloads that others scale, release anew or let go. */
public class BatchTakeoverTest extends BatchReleaseFixture {
    @Test
    public void scalingInTheMiddleKeepsTheProportion() {
        start(request(":2", THREE.withInterval(Duration.ofSeconds(10))));
        cluster.put(live().with(8, "spec", "replicas")
                .with(live().numberOr(1, "metadata", "generation") + 1, "metadata", "generation"));
        scheduler.runDue();
        assertThat(controller.history().get(controller.history().size() - 1), equalTo("3/8"));
        scheduler.advance(Duration.ofSeconds(60));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("2/5", "3/8", "6/8", "8/8")));
    }

    @Test
    public void batchesAreCountedByThePodsThatAnAutoscalerHasAskedFor() {
        cluster.remove(WEB);
        String unsaid = FIVE.replace("  replicas: 5\n", "");
        release(unsaid);
        cluster.put(live().with(5, "spec", "replicas"));
        run(builder(unsaid.replace("web:1", "web:2"))
                .strategy(Strategy.Canary.DEFAULT)
                .build());
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(sink.lines(), not(hasItem(containsString("too few pods for a canary"))));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void aHoldThatSomebodyEndedStopsTheReleaseAndUndoesNothing() {
        start(request(":2", THREE.withInterval(Duration.ofSeconds(10))));
        cluster.put(live().without("metadata", "annotations", Hold.ANNOTATION));
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("somebody has ended its hold"));
        assertThat(changes().stream().filter(c -> c.contains("Deployment")).count(), equalTo(2L));
    }

    @Test
    public void aReleaseOnTopOfAHeldOneReturnsTheOriginalsOfBothAndFallsBackToTheLastWhole() {
        release(":2", PAUSING);
        ReleaseRecord record = release("/absent:3", THREE);
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat("not to the half-done one", image(), containsString(":1"));
        nothingIsHeld();
    }

    @Test
    public void aRollingReleaseOnTopOfAHeldOneEndsTheHold() {
        release(":2", PAUSING);
        assertThat(release(":3", new Strategy.Rolling()).outcome(), equalTo(Outcome.HEALTHY));
        nothingIsHeld();
        assertThat(live().flag("spec", "paused"), equalTo(false));
    }

    @Test
    public void aRollingReleaseOfTheHeldRevisionFallsBackToTheLastWhole() {
        run(request("/absent:2", THREE, OnFailure.LEAVE));
        assertThat(release("/absent:2", new Strategy.Rolling()).outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(image(), containsString(":1"));
        nothingIsHeld();
    }

    @Test
    public void whatIsNotInBatchesIsNotPausedSoThatTheReleaseCanGoOn() {
        String worker = FIVE.replace("web", "worker").replace("replicas: 5", "replicas: 1");
        String both = FIVE.replace("web:1", "web:2")
                + "---\n"
                + worker.substring(0, worker.indexOf("---")).replace("/worker:1", "/absent:1");
        run(builder(both).strategy(THREE).onFailure(OnFailure.HOLD).build());
        assertThat(last().outcome(), equalTo(Outcome.HELD));
        assertThat(cluster.get(FakeDeployments.ref("worker")).orElseThrow().flag("spec", "paused"), equalTo(false));
        assertThat(sentence(last()), containsString("Deployment/shop/worker is in no batch and goes on by itself"));
    }

    @Test
    public void theSameReleaseAgainGoesOnInBatches() {
        release(":2", PAUSING);
        assertThat(release(":2", THREE).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5", "5/5")));
        nothingIsHeld();
    }

    @Test
    public void theServerIsAskedAboutTheHoldBeforeAnythingChanges() {
        cluster.failNext("apply");
        release(":2", THREE);
        assertThat(cluster.calls(), hasItem("dry-run " + WEB));
        assertThat(cluster.calls(), not(hasItem("patch " + WEB)));
    }
}
