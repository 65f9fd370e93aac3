package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

/** Two releases, or a release and a controller, that change one workload between the other's reading and writing. */
public class GuardedReleaseTest extends BatchReleaseFixture {
    private static final Strategy SLOW = THREE.withInterval(Duration.ofSeconds(10));

    /** As another release would leave it that has begun just now. */
    private void takeOver() {
        cluster.put(held("another"));
    }

    private KubeObject held(String release) {
        String hold = live().annotations().getOrDefault(Hold.ANNOTATION, "");
        String id = Hold.of(live()).map(Hold::release).orElse("");
        return live().with(hold.replace(id, release), "metadata", "annotations", Hold.ANNOTATION);
    }

    private void writeStatus() {
        cluster.put(live().with("seen", "status", "conditions", "controller"));
    }

    @Test
    public void theNextBatchIsNotSetOverAReleaseThatHasJustTakenOver() {
        start(request(":2", SLOW));
        cluster.meanwhile("apply " + WEB, this::takeOver);
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("another release, another, holds it now"));
        assertThat(Hold.of(live()).orElseThrow().release(), equalTo("another"));
        assertThat(controller.history(), equalTo(List.of("2/5")));
    }

    @Test
    public void aPauseIsNotSetOverAReleaseThatHasJustTakenOver() {
        cluster.meanwhile("apply " + WEB, () -> cluster.meanwhile("apply " + WEB, this::takeOver));
        start(request(":2", PAUSING));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(live().flag("spec", "paused"), equalTo(false));
    }

    @Test
    public void theControllersOwnWritesAreReadAgain() {
        start(request(":2", SLOW));
        cluster.meanwhile("apply " + WEB, this::writeStatus);
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(cluster.calls(), hasItem("outdated " + WEB));
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5", "5/5")));
        nothingIsHeld();
    }

    @Test
    public void aRollbackLeavesAReleaseThatHasJustTakenOver() {
        release(":2", PAUSING);
        cluster.meanwhile("apply " + WEB, this::takeOver);
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(cluster.calls(), hasItem("outdated " + WEB));
        assertThat(Hold.of(live()).orElseThrow().release(), equalTo("another"));
        assertThat(sentence(last()), containsString("another release, another, holds it"));
    }

    @Test
    public void aRepairLeavesAReleaseThatHasJustTakenOver() {
        release(":2", PAUSING);
        cluster.meanwhile("apply " + WEB, this::takeOver);
        HoldRepair.repair(cluster, WEB, scheduler);
        assertThat(Hold.of(live()).orElseThrow().release(), equalTo("another"));
    }

    @Test
    public void aReleaseDoesNotOverwriteTheHoldThatHasBegunSinceItAsked() {
        release(":2", PAUSING);
        KubeObject paused = live();
        release(":1", new Strategy.Rolling());
        cluster.meanwhile(
                "apply " + WEB,
                () -> cluster.put(live().with(
                                paused.annotations().get(Hold.ANNOTATION),
                                "metadata",
                                "annotations",
                                Hold.ANNOTATION)));
        assertThat(release(":3", new Strategy.Rolling()).outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("has begun to replace its pods since this one asked about it"));
        assertThat(image(), containsString(":1"));
    }

    @Test
    public void aReleaseIsAppliedToWhatItsControllerHasWrittenMeanwhile() {
        cluster.meanwhile("apply " + WEB, this::writeStatus);
        assertThat(release(":2", new Strategy.Rolling()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(cluster.calls(), hasItem("outdated " + WEB));
        assertThat(image(), containsString(":2"));
    }

    @Test
    public void whatIsAsItShouldBeIsNotAppliedAgain() {
        release(":2", new Strategy.Rolling());
        int before = cluster.calls().size();
        assertThat(release(":2", new Strategy.Rolling()).outcome(), equalTo(Outcome.HEALTHY));
        List<String> calls = cluster.calls().subList(before, cluster.calls().size());
        assertThat(calls, hasItem("dry-run " + WEB));
        assertThat(calls, not(hasItem("apply " + WEB)));
    }
}
