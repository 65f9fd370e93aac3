package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

/** Batches to their end, and pauses. */
public class BatchReleaseTest extends BatchReleaseFixture {
    // ---- to the end

    @Test
    public void stopsFirstInBatchesAndLeavesNothingOfTheHold() {
        ReleaseRecord record = release(":2", THREE);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5", "5/5")));
        nothingIsHeld();
        assertThat(
                record.stages().stream().map(ReleaseRecord.Stage::name).toList(),
                equalTo(List.of(
                        "Plan",
                        "Ask the server",
                        "Apply",
                        "Batch 1 of 3",
                        "Batch 2 of 3",
                        "Batch 3 of 3",
                        "Wait for health")));
    }

    @Test
    public void startsFirstInBatches() {
        ReleaseRecord record = release(":2", THREE.withOrder(Order.START_FIRST));
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("2/7", "2/5", "4/7", "4/5", "5/6", "5/5")));
        nothingIsHeld();
    }

    @Test
    public void evictedPodsThatTheirReplicaSetLeavesAboutAreNotWaitedFor() {
        for (int i = 0; i < 3; i++) {
            cluster.put(FakeObjects.parse("""
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: web-evicted-%1$d
                      namespace: shop
                      labels: {app: web}
                      ownerReferences: [{kind: ReplicaSet, name: web-0, uid: web-0, controller: true}]
                    spec: {containers: [{name: web, image: a}]}
                    status: {phase: Failed, reason: Evicted}
                    """.formatted(i)));
        }
        assertThat(release(":2", THREE).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(release(":3", new Strategy.Recreate()).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void aPlainReleaseHoldsNothingAndANewWorkloadNeitherAndAnUnchangedOneNeither() {
        assertThat(release(":2", new Strategy.Rolling()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(release(":2", THREE).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("5/5")));
        cluster.remove(WEB);
        assertThat(release(":2", PAUSING).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void recreateIsOneBatchOfItsOwnStrategy() {
        ReleaseRecord record = release(":2", new Strategy.Recreate());
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().child("spec", "strategy").isEmpty(), equalTo(true));
        nothingIsHeld();
    }

    @Test
    public void anIntervalKeepsEachBatchButTheLastForAWhile() {
        start(request(":2", THREE.withInterval(Duration.ofSeconds(30))));
        assertThat(controller.history(), equalTo(List.of("2/5")));
        scheduler.advance(Duration.ofSeconds(29));
        assertThat(controller.history(), equalTo(List.of("2/5")));
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5")));
        scheduler.advance(Duration.ofSeconds(30));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
    }

    // ---- pauses

    @Test
    public void aPauseEndsTheReleaseHereAndTheTokenGoesOnWithIt() {
        ReleaseRecord record = release(":2", PAUSING);
        assertThat(record.outcome(), equalTo(Outcome.PAUSED));
        assertThat(record.problem().isPresent(), equalTo(false));
        assertThat(controller.history(), equalTo(List.of("2/5")));
        assertThat(token().phase(), equalTo(Phase.PAUSED));
        assertThat(live().flag("spec", "paused"), equalTo(true));

        continueFrom(reread());
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5", "5/5")));
        nothingIsHeld();
    }

    @Test
    public void everyBatchButTheLastAsks() {
        release(":2", THREE.withPause(Pause.EVERY));
        continueFrom(reread());
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5")));
        continueFrom(reread());
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void aPausedReleaseCanBeUndone() {
        release(":2", PAUSING);
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(image(), containsString(":1"));
        nothingIsHeld();
    }

    @Test
    public void aPausedReleaseThatIsTakenUpAfterARestartIsStillPaused() {
        release(":2", PAUSING);
        ReleaseRun.resume(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        assertThat(controller.history(), equalTo(List.of("2/5")));
    }

    @Test
    public void anAnswerThatComesTooLateFindsTheReleaseFailed() {
        release(":2", PAUSING.withPauseTimeout(Duration.ofHours(1)));
        assertThat(token().answerBy().orElseThrow(), equalTo(scheduler.now().plus(Duration.ofHours(1))));
        scheduler.advance(Duration.ofHours(2));
        continueFrom(reread());
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("nobody has answered the pause after batch 1 of 3"));
        nothingIsHeld();
    }

    @Test
    public void aPauseThatEndsUnansweredLeavesTheHoldIfItWasAskedTo() {
        run(request(":2", PAUSING.withPauseTimeout(Duration.ofHours(1)), OnFailure.HOLD));
        scheduler.advance(Duration.ofHours(2));
        ReleaseRun.expire(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HELD));
        assertThat(sentence(last()), containsString("stays held in batch 1 of 3"));
        assertThat(Hold.of(live()).isPresent(), equalTo(true));
        // Whoever takes the matter up later is not told for ever that it is too late.
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
    }
}
