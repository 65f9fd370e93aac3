package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Test;

/** What somebody notices who stands by a paused release while others act. */
public class PauseWatchTest extends ReleaseRunFixture implements PauseWatch.Listener {
    private static final String FIVE = MANIFESTS.replace("replicas: 1", "replicas: 5");
    private static final Batches THREE = Batches.DEFAULT.withSizes(BatchSizes.equal(3));

    private final List<String> heard = new ArrayList<>();
    private WatchToken offered;
    private Cancellable pause;

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        new FakeReplicas(cluster);
        release(FIVE);
    }

    @Test
    public void whoAnswersElsewhereIsFollowedToTheEnd() {
        standBy(THREE.withPause(Pause.FIRST));
        assertThat(heard, empty());

        ReleaseRun.continueFrom(token(), tools(sink), saved::add, records::add);
        scheduler.runDue();

        assertThat(heard.get(heard.size() - 1), equalTo("ended HEALTHY"));
        assertThat(cluster.openWatches(), equalTo(0));
    }

    @Test
    public void whoHasAnsweredIsInTheRecord() {
        standBy(THREE.withPause(Pause.EVERY));
        ReleaseRecord.Answer first =
                new ReleaseRecord.Answer(scheduler.now(), "alice", ReleaseRecord.Decision.CONTINUE);
        ReleaseRun.continueFrom(token().answered(first), tools(sink), saved::add, records::add);
        scheduler.runDue();
        scheduler.advance(Duration.ofMinutes(1));
        ReleaseRecord.Answer second =
                new ReleaseRecord.Answer(scheduler.now(), "shop #12", ReleaseRecord.Decision.ROLLBACK);

        ReleaseRun.rollBack(offered.answered(second), tools(sink), saved::add, records::add);
        scheduler.runDue();

        assertThat(records.get(records.size() - 1).answers(), equalTo(List.of(first, second)));
        assertThat(
                new ReleaseStore(cluster, "shop")
                        .get("web", 2)
                        .orElseThrow()
                        .record()
                        .answers(),
                equalTo(List.of(first, second)));
    }

    @Test
    public void whoBeginsToLeadElsewhereIsNoticedAtOnce() {
        standBy(THREE.withPause(Pause.FIRST).withInterval(Duration.ofMinutes(1)));

        Cancellable other = ReleaseRun.continueFrom(token(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(heard, equalTo(List.of("answered")));

        other.cancel();
        scheduler.runDue();
        assertThat(heard, equalTo(List.of("answered", "ended CANCELLED")));
    }

    @Test
    public void theNextPauseIsOfferedWithWhatToGoOnFrom() {
        standBy(THREE.withPause(Pause.EVERY).withPauseTimeout(Duration.ofHours(1)));

        ReleaseRun.continueFrom(token(), tools(sink), saved::add, records::add);
        scheduler.runDue();

        assertThat(
                heard.get(heard.size() - 1), containsString("paused Paused after batch 2 of 3: Deployment/shop/web"));
        ReleaseRun.continueFrom(offered, tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(heard.get(heard.size() - 1), equalTo("ended HEALTHY"));
    }

    @Test
    public void aRollbackElsewhereIsFollowed() {
        standBy(THREE.withPause(Pause.FIRST));

        ReleaseRun.rollBack(token(), tools(sink), saved::add, records::add);
        scheduler.runDue();

        assertThat(heard.get(heard.size() - 1), equalTo("ended ROLLED_BACK"));
    }

    @Test
    public void anotherReleaseThatTakesTheWorkloadsOverEndsIt() {
        standBy(THREE.withPause(Pause.FIRST));

        run(builder(FIVE.replace("web:1", "web:3")).strategy(THREE).build());

        assertThat(heard, hasSize(1));
        assertThat(heard.get(0), containsString("lost another release has taken its workloads over"));
    }

    @Test
    public void aReleaseThatOnlyBeganLeavesIt() {
        standBy(THREE.withPause(Pause.FIRST));
        cluster.failNext("apply", refusal("ConfigMap/shop/settings"));

        run(builder(FIVE.replace("web:1", "web:3")).strategy(THREE).build());

        assertThat(heard, empty());
        pause.cancel();
    }

    @Test
    public void nobodyAnswersInTime() {
        standBy(THREE.withPause(Pause.FIRST).withPauseTimeout(Duration.ofHours(1)));
        scheduler.advance(Duration.ofMinutes(59));
        assertThat(heard, empty());
        scheduler.advance(Duration.ofMinutes(2));
        assertThat(heard, equalTo(List.of("expired")));
    }

    @Test
    public void anAnswerElsewhereEndsTheTimeOut() {
        standBy(THREE.withPause(Pause.FIRST)
                .withPauseTimeout(Duration.ofSeconds(30))
                .withInterval(Duration.ofMinutes(1)));
        ReleaseRun.continueFrom(token(), tools(sink), saved::add, records::add);
        scheduler.advance(Duration.ofMinutes(3));
        assertThat(heard, equalTo(List.of("answered", "ended HEALTHY")));
    }

    @Test
    public void whoDiesWhileLeadingLeavesItToBeAnsweredAgain() {
        standBy(THREE.withPause(Pause.FIRST).withInterval(Duration.ofMinutes(1)));
        WatchToken led = token().approved();
        ReleaseRecord running =
                ReleaseRecorder.resume(led.record(), scheduler, sink).record(ReleaseRecord.Outcome.RUNNING);
        new ReleaseStore(cluster, "shop").update(running, Optional.of(led.in(WatchToken.Phase.RELEASE, running)));
        scheduler.runDue();
        assertThat(heard, equalTo(List.of("answered")));

        scheduler.advance(Duration.ofMinutes(20));

        assertThat(heard.get(1), containsString("paused release 2 of web was interrupted"));
        assertThat(heard.get(1), containsString("k8s-rollout continue goes on"));
        pause.cancel();
    }

    @Test
    public void afterAFaultOfOursItIsLookedAtAgain() {
        standBy(THREE.withPause(Pause.FIRST).withPauseTimeout(Duration.ofHours(1)));
        cluster.failNext("get", new IllegalStateException("a fault"));
        assertThrows(IllegalStateException.class, () -> scheduler.advance(Duration.ofHours(1)));

        scheduler.advance(Duration.ofMinutes(1));

        assertThat(heard, equalTo(List.of("expired")));
    }

    @Test
    public void withoutTheRightToWatchTheTimeOutStillCounts() {
        standBy(THREE.withPause(Pause.FIRST).withPauseTimeout(Duration.ofHours(1)));
        cluster.failWatches(
                "Secret",
                new ReleaseException(new Problem(Problem.Kind.NOT_PERMITTED, "watch", "secrets", "no", "Ask")));
        assertThat(heard, equalTo(List.of("blind no")));
        scheduler.advance(Duration.ofHours(2));
        assertThat(heard, equalTo(List.of("blind no", "expired")));
    }

    private void standBy(Strategy strategy) {
        run(builder(FIVE.replace("web:1", "web:2")).strategy(strategy).build());
        records.clear();
        pause = PauseWatch.start(WatchToken.decode(token().encode()), cluster, scheduler, this);
        scheduler.runDue();
    }

    // ---- what is heard

    @Override
    public void answered() {
        heard.add("answered");
    }

    @Override
    public void paused(WatchToken token, String text) {
        offered = token;
        heard.add("paused " + text);
    }

    @Override
    public void ended(ReleaseRecord record) {
        heard.add("ended " + record.outcome());
    }

    @Override
    public void expired() {
        heard.add("expired");
    }

    @Override
    public void lost(Problem reason) {
        heard.add("lost " + reason.reason());
    }

    @Override
    public void blind(Problem reason) {
        heard.add("blind " + reason.reason());
    }
}
