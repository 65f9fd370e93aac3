package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.util.Optional;
import org.junit.Test;

/** Every change may be the last of a release that lets CronJobs rest. */
public class CronJobCrashTest extends CronJobReleaseFixture {
    @Test
    public void whereverTheProcessEndsTheNextOneReturnsIt() {
        String manifests = MANIFESTS + "---\n"
                + CRON_JOB.replace(", uid: u1", "").replace("  schedule", "  suspend: false\n  schedule");
        cluster.removeWhatIsLeftOut();
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            cluster.put(nightly(Optional.of(false)));
            ReleaseRequest request =
                    suspending(manifests.replace("/web:1", "/web:c" + changes)).build();
            MortalCluster mortal = new MortalCluster(cluster, changes);
            saved.clear();
            startMortal(request, mortal);
            scheduler.runDue();
            died = mortal.isDead();
            if (died && !saved.isEmpty()) {
                WatchToken token = reread();
                if (token.isApplied()) {
                    ReleaseRun.resume(token, tools(sink), saved::add, records::add);
                } else {
                    ReleaseRun.startAgain(request, token, tools(sink), saved::add, records::add);
                }
                scheduler.runDue();
                assertThat("after " + changes + ": " + last().problem(), last().outcome(), equalTo(Outcome.HEALTHY));
            }
            asItWas(Optional.of(false));
        }
        assertThat(changes, greaterThan(5));
    }

    @Test
    public void whereverTheProcessEndsDoctorReturnsIt() {
        cluster.removeWhatIsLeftOut();
        boolean died = true;
        int changes = 0;
        for (; died; changes++) {
            assertThat(changes, lessThan(20));
            cluster.put(nightly(Optional.empty()));
            MortalCluster mortal = new MortalCluster(cluster, changes);
            ReleaseRequest request =
                    suspending(MANIFESTS.replace("/web:1", "/web:c" + changes)).build();
            startMortal(request, mortal);
            scheduler.runDue();
            died = mortal.isDead();
            repair();
            asItWas(Optional.empty());
        }
        assertThat(changes, greaterThan(3));
    }
}
