package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Assert;
import org.junit.Test;

/** CronJobs that rest for the length of a release, whatever its end. */
public class CronJobReleaseTest extends CronJobReleaseFixture {
    // ---- to the end

    @Test
    public void itIsSuspendedBeforeAnythingElseChangesAndIsAsItWasInTheEnd() {
        for (Optional<Boolean> was : List.of(Optional.of(false), Optional.<Boolean>empty())) {
            cluster.put(nightly(was));
            int before = changes().size();
            cluster.react("Deployment", d -> assertThat(suspended(), equalTo(true)));
            String manifests = MANIFESTS.replace("/web:1", "/web:" + was.isPresent());
            ReleaseRequest request =
                    builder(manifests).cronJobs(CronJobs.SUSPEND).build();
            new FakeDeployments(cluster);
            assertThat(run(request).outcome(), equalTo(Outcome.HEALTHY));
            List<String> changes = changes().subList(before, changes().size());
            assertThat(changes.get(0), equalTo("patch " + NIGHTLY));
            asItWas(was);
        }
        assertThat(cluster.calls(), not(hasItem("patch " + NIGHTLY.toString().replace("nightly", "report"))));
    }

    @Test
    public void oneThatRestsAnywayIsLeftAlone() {
        cluster.put(nightly(Optional.of(true)));
        assertThat(run(suspending(TWO).build()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(cluster.calls(), not(hasItem("patch " + NIGHTLY)));
        asItWas(Optional.of(true));
    }

    @Test
    public void aReleaseThatChangesNothingSuspendsNothing() {
        assertThat(run(suspending(MANIFESTS).build()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(cluster.calls(), not(hasItem("patch " + NIGHTLY)));
    }

    @Test
    public void aDryRunOnlyTells() {
        run(suspending(TWO).dryRun(true).build());
        assertThat(notices(), hasItem(NIGHTLY + " would be suspended until the release has ended"));
        assertThat(cluster.calls(), not(hasItem("patch " + NIGHTLY)));
        asItWas(Optional.of(false));
    }

    @Test
    public void theRightsAreAskedForOnlyWhenUsed() {
        cluster.denyRights(new AccessRight("patch", "batch", "cronjobs", "shop"));
        assertThat(run(builder(TWO).build()).outcome(), equalTo(Outcome.HEALTHY));
        run(suspending(TWO.replace("/web:2", "/web:3")).build());
        assertThat(sentence(last()), containsString("patch cronjobs"));
        asItWas(Optional.of(false));
    }

    @Test
    public void somebodyMustWaitForTheEnd() {
        ReleaseRequest.Builder request = suspending(TWO).awaitHealthy(false);
        ReleaseException e = Assert.assertThrows(ReleaseException.class, request::build);
        assertThat(e.problem().sentence(), containsString("set cronJobs to leave"));
    }

    // ---- Jobs

    @Test
    public void aRunningJobIsWaitedFor() {
        cluster.put(job());
        start(suspending(TWO).build());
        assertThat(notices(), hasItem("Waiting for " + RUN + ", which " + NIGHTLY + " has started"));
        assertThat(suspended(), equalTo(true));
        assertThat("nothing else was changed", image(), containsString(":1"));
        scheduler.advance(Duration.ofMinutes(9));
        cluster.status(RUN, Map.of("conditions", List.of(Map.of("type", "Failed", "status", "True"))));
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    @Test
    public void aJobThatDoesNotEndInTimeFailsTheReleaseBeforeItsFirstChange() {
        cluster.put(job());
        start(suspending(TWO).build());
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString(RUN + " of " + NIGHTLY));
        assertThat(sentence(last()), containsString("still running after 600 s"));
        assertThat(image(), containsString(":1"));
        asItWas(Optional.of(false));
    }

    @Test
    public void whatOthersHaveChangedMeanwhileIsLookedAtAnew() {
        cluster.put(job());
        start(suspending(TWO).build());
        cluster.put(live().with(
                        "registry.example.com/shop/web:hotfix", "spec", "template", "spec", "containers", 0, "image"));
        cluster.status(RUN, Map.of("conditions", List.of(Map.of("type", "Complete", "status", "True"))));
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                last().stages().stream().map(ReleaseRecord.Stage::name).toList(),
                equalTo(List.of(
                        "Plan",
                        "Ask the server",
                        "Suspend CronJobs",
                        "Wait for Jobs",
                        "Ask the server",
                        "Apply",
                        "Wait for health")));
        assertThat(last().entry().number(), equalTo(2L));
        asItWas(Optional.of(false));
    }

    @Test
    public void anAbortWhileItWaitsChangesNothing() {
        cluster.put(job());
        Cancellable run = start(suspending(TWO).build());
        run.cancel();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(sentence(last()), containsString("Nothing was changed"));
        asItWas(Optional.of(false));
    }

    @Test
    public void aProcessThatEndedWhileItWaitedIsFollowedByAnother() {
        cluster.put(job());
        ReleaseRequest request = suspending(TWO).build();
        MortalCluster mortal = new MortalCluster(cluster, 1);
        Cancellable run = startMortal(request, mortal);
        scheduler.runDue();
        assertThat(token().phase(), equalTo(WatchToken.Phase.APPLYING));
        cluster.status(RUN, Map.of("conditions", List.of(Map.of("type", "Complete", "status", "True"))));
        scheduler.runDue();
        run.cancel();
        assertThat(suspended(), equalTo(true));
        ReleaseRun.startAgain(request, reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    // ---- other ends

    @Test
    public void itIsReturnedAfterAFailureWithAndWithoutRollback() {
        for (OnEnd end : List.of(OnEnd.ROLLBACK, OnEnd.LEAVE)) {
            String broken = MANIFESTS.replace("/web:1", "/absent:" + end);
            run(suspending(broken).onFailure(end.onFailure).build());
            assertThat(last().outcome(), equalTo(end.outcome));
            asItWas(Optional.of(false));
        }
    }

    private enum OnEnd {
        ROLLBACK(OnFailure.ROLLBACK, Outcome.ROLLED_BACK),
        LEAVE(OnFailure.LEAVE, Outcome.FAILED);

        private final OnFailure onFailure;
        private final Outcome outcome;

        OnEnd(OnFailure onFailure, Outcome outcome) {
            this.onFailure = onFailure;
            this.outcome = outcome;
        }
    }

    @Test
    public void whoTakesOverItsWorkloadsGivesItBack() {
        replicas();
        run(pausing());
        assertThat(run(builder(five(":3")).build()).outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    @Test
    public void whoTakesOverItsWorkloadsAndMayNotGiveItBackSaysWhoDoes() {
        replicas();
        run(pausing());
        cluster.failNext(
                "patch " + NIGHTLY,
                new ReleaseException(new Problem(
                        Problem.Kind.NOT_PERMITTED, "suspend", NIGHTLY.toString(), "cronjobs may not be patched", "")));
        assertThat(run(builder(five(":3")).build()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(suspended(), equalTo(true));
        assertThat(notices(), hasItem(containsString("doctor --repair gives back what they had")));
        repair();
        asItWas(Optional.of(false));
    }

    @Test
    public void inAPauseItStaysSuspendedUntilTheReleaseHasEnded() {
        replicas();
        run(pausing());
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        assertThat(suspended(), equalTo(true));
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    @Test
    public void aPausedReleaseThatIsUndoneReturnsIt() {
        replicas();
        run(pausing());
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        asItWas(Optional.of(false));
    }

    @Test
    public void whoDecidesAboutItInAPauseWins() {
        replicas();
        run(pausing());
        cluster.put(cluster.get(NIGHTLY).orElseThrow().with(false, "spec", "suspend"));
        List<Boolean> seen = new ArrayList<>();
        cluster.react("CronJob", job -> seen.add(suspended()));
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(seen, not(hasItem(true)));
        asItWas(Optional.of(false));
    }

    @Test
    public void anAbortReturnsItAndWhoGoesOnSuspendsItAgain() {
        replicas();
        Batches slow = Batches.DEFAULT.withInterval(Duration.ofMinutes(1));
        Cancellable run = start(suspending(five(":2")).strategy(slow).build());
        assertThat(suspended(), equalTo(true));
        run.cancel();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        asItWas(Optional.of(false));
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(suspended(), equalTo(true));
        scheduler.advance(Duration.ofMinutes(3));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    @Test
    public void aReleaseOnTopOfAPausedOneReturnsWhatWasThereBeforeBoth() {
        replicas();
        run(pausing());
        assertThat(run(suspending(five(":3")).build()).outcome(), equalTo(Outcome.HEALTHY));
        asItWas(Optional.of(false));
    }

    @Test
    public void whatCannotBeReturnedIsToldAndRepaired() {
        List<RuntimeException> refusals = new ArrayList<>();
        refusals.add(refusal("CronJob/shop/nightly"));
        cluster.react("Deployment", d -> {});
        new FakeDeployments(cluster);
        Cancellable run =
                start(suspending(MANIFESTS.replace("/web:1", "/slow:2")).build());
        cluster.failNext("patch " + NIGHTLY, refusals.get(0));
        run.cancel();
        scheduler.runDue();
        assertThat(sentence(last()), containsString("k8s-rollout doctor --repair"));
        assertThat(suspended(), equalTo(true));
        repair();
        asItWas(Optional.of(false));
    }

    // ---- a CronJob of the release's own manifests

    @Test
    public void oneOfTheManifestsEndsAsItsManifestSays() {
        for (Optional<Boolean> says : List.of(Optional.of(true), Optional.of(false), Optional.<Boolean>empty())) {
            cluster.removeWhatIsLeftOut();
            cluster.put(nightly(Optional.of(false)));
            String text = CRON_JOB.replace(", uid: u1", "")
                    .replace(
                            "  schedule:",
                            says.map(v -> "  suspend: " + v + "\n").orElse("") + "  schedule:");
            String manifests = MANIFESTS.replace(
                            "/web:1", "/web:m" + says.map(String::valueOf).orElse("")) + "---\n" + text;
            List<Boolean> seen = new ArrayList<>();
            new FakeDeployments(cluster);
            cluster.react("CronJob", c -> seen.add(c.flag("spec", "suspend")));
            assertThat(run(suspending(manifests).build()).outcome(), equalTo(Outcome.HEALTHY));
            assertThat("it rests until the end", seen.subList(0, seen.size() - 1), not(hasItem(false)));
            asItWas(says.isPresent() ? says : Optional.of(false));
        }
    }

    @Test
    public void aNewOneOfTheManifestsStartsNoJobBeforeTheEnd() {
        cluster.removeWhatIsLeftOut();
        cluster.remove(NIGHTLY);
        List<Boolean> seen = new ArrayList<>();
        cluster.react("CronJob", c -> seen.add(c.flag("spec", "suspend")));
        String manifests = TWO + "---\n" + CRON_JOB.replace(", uid: u1", "");
        assertThat(run(suspending(manifests).build()).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(seen.get(0), equalTo(true));
        asItWas(Optional.empty());
    }
}
