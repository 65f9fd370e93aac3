package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.time.Duration;
import org.junit.Test;

/** Every change of a canary whose requests are split may be its process' last, or be refused. */
public class CanaryTrafficCrashTest extends CanaryTrafficFixture {
    private static final int LEAST = 12;

    @Test
    public void whereverTheProcessEndsTheNextOneGoesOn() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            String name = "after " + changes + " changes";
            ReleaseRequest request = request(":c" + changes, CANARY);
            died = dies(request, changes);
            if (died) {
                WatchToken token = reread();
                if (token.isApplied()) {
                    ReleaseRun.resume(token, watched(looked()), saved::add, records::add);
                } else {
                    ReleaseRun.startAgain(request, token, watched(looked()), saved::add, records::add);
                }
                finish();
                assertThat(name + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            }
            assertThat(name, image(), containsString(":c" + changes));
            nothingIsSplit();
        }
        assertThat(changes, greaterThan(LEAST));
    }

    @Test
    public void whereverTheProcessEndsItCanBeUndone() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            String before = image();
            died = dies(request(":u" + changes, CANARY), changes);
            if (died) {
                ReleaseRun.rollBack(reread(), watched(looked()), saved::add, records::add);
                scheduler.advance(MINUTE);
                String name = "after " + changes + " changes" + last().problem();
                assertThat(name, last().outcome(), anyOf(equalTo(Outcome.ROLLED_BACK), equalTo(Outcome.FAILED)));
                assertThat(name, image(), equalTo(before));
                nothingIsSplit();
            }
        }
        assertThat(changes, greaterThan(LEAST));
    }

    @Test
    public void whereverTheProcessEndsTheNextReleaseFindsItsWay() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            died = dies(request(":n" + changes, CANARY), changes);
            ReleaseRun.start(
                    request(":m" + changes, changes % 2 == 0 ? CANARY : new Strategy.Rolling()),
                    watched(looked()),
                    saved::add,
                    records::add);
            finish();
            scheduler.advance(TrafficShift.SETTLING);
            assertThat("after " + changes + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            nothingIsSplit();
        }
        assertThat(changes, greaterThan(LEAST));
    }

    @Test
    public void whereverTheProcessEndsDoctorFindsItsWay() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            died = dies(request(":d" + changes, CANARY), changes);
            for (int calls = 0; calls < 2; calls++) {
                HoldRepair.find(cluster, "shop", scheduler.now().plus(Duration.ofDays(1)))
                        .forEach(held -> HoldRepair.repair(looked(), held.ref(), scheduler));
                scheduler.advance(TrafficShift.SETTLING);
            }
            nothingIsSplit();
            assertThat(Hold.of(live()).isPresent(), equalTo(false));
        }
        assertThat(changes, greaterThan(LEAST));
    }

    @Test
    public void whateverIsRefusedIsUndoneOrToldAndTheNextReleaseFindsItsWay() {
        boolean stumbled = true;
        int changes = 0;
        for (; stumbled; changes++) {
            MortalCluster port = MortalCluster.stumbling(cluster, changes, this::look);
            ReleaseRun.start(request(":s" + changes, CANARY), watched(port), saved::add, records::add);
            finish();
            scheduler.advance(MINUTE);
            stumbled = port.hasStumbled();
            boolean split = TrafficShare.of(live()).isPresent();
            if (split && Hold.of(live()).isEmpty()) {
                assertThat("after " + changes, sentence(last()), containsString("split"));
            } else if (split) {
                assertThat("after " + changes, sentence(last()), containsString("held"));
            }
            ReleaseRun.start(
                    request(":t" + changes, new Strategy.Rolling()), watched(looked()), saved::add, records::add);
            finish();
            assertThat("after " + changes + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            nothingIsSplit();
        }
        assertThat(changes, greaterThan(LEAST));
    }

    /** A release whose process ends after so many changes, if it makes as many. */
    private boolean dies(ReleaseRequest request, int changes) {
        MortalCluster mortal = new MortalCluster(cluster, changes, this::look);
        saved.clear();
        Cancellable run = startMortal(request, mortal, record -> {});
        finish();
        run.cancel();
        scheduler.advance(TrafficShift.SETTLING);
        return mortal.isDead();
    }
}
