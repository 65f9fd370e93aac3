package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.time.Duration;
import org.junit.Test;

/** Every change of a blue-green release may be its process' last. */
public class BlueGreenCrashTest extends BlueGreenFixture {
    @Test
    public void whereverTheProcessEndsTheNextOneGoesOnAndTheRightColourServes() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            String name = "after " + changes + " changes";
            ReleaseRequest request = request(":c" + changes, KEEPING).build();
            died = dies(request, changes);
            if (died) {
                WatchToken token = reread();
                if (token.isApplied()) {
                    ReleaseRun.resume(token, watched(), saved::add, records::add);
                } else {
                    ReleaseRun.startAgain(request, token, watched(), saved::add, records::add);
                }
                scheduler.advance(KEEP);
                assertThat(name + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            }
            assertThat(image(), containsString(":c" + changes));
            nothingIsLeft();
        }
        assertThat(changes, greaterThan(8));
    }

    @Test
    public void whereverTheProcessEndsItCanBeUndone() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            ReleaseRequest request = request(":u" + changes, KEEPING).build();
            died = dies(request, changes);
            if (died && reread().isApplied()) {
                String name = "after " + changes + " changes";
                ReleaseRun.rollBack(reread(), watched(), saved::add, records::add);
                scheduler.runDue();
                assertThat(name + last().problem(), last().outcome(), equalTo(Outcome.ROLLED_BACK));
                assertThat(image(), containsString(":1"));
                nothingIsLeft();
            } else if (died) {
                begin(":1", KEEPING);
                nothingIsLeft();
            }
        }
        assertThat(changes, greaterThan(8));
    }

    @Test
    public void whereverTheProcessEndsTheNextReleaseFindsItsWay() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            died = dies(request(":n" + changes, KEEPING).build(), changes);
            begin(":m" + changes, new Strategy.Rolling());
            assertThat("after " + changes + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            nothingIsLeft();
        }
        assertThat(changes, greaterThan(8));
    }

    @Test
    public void whereverTheProcessEndsDoctorFindsItsWay() {
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            died = dies(request(":d" + changes, KEEPING).build(), changes);
            for (int calls = 0; calls < 2; calls++) {
                HoldRepair.find(cluster, "shop", scheduler.now().plus(Duration.ofDays(1)))
                        .forEach(held -> HoldRepair.repair(port, held.ref(), scheduler));
            }
            nothingIsLeft();
        }
        assertThat(changes, greaterThan(8));
    }

    /** A release whose process ends after so many changes, if it makes as many. */
    private boolean dies(ReleaseRequest request, int changes) {
        MortalCluster mortal = new MortalCluster(cluster, changes, this::look);
        saved.clear();
        Cancellable run = startMortal(request, mortal, record -> {});
        scheduler.advance(KEEP);
        run.cancel();
        scheduler.runDue();
        return mortal.isDead();
    }
}
