package io.jenkins.plugins.k8srollout.step;

import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.release;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import hudson.model.Result;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.HeldReleases;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.run.InMemoryCluster;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/** What {@code k8sRollout} does in a pause, and {@code k8sContinue}. */
public class PauseTest {
    private static final String PAUSING = "strategy: batches(count: 2, pause: 'first')";

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @Rule
    public final InMemoryCluster cluster = new InMemoryCluster();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @TestExtension
    public static final class Connector extends InMemoryCluster.Connector {}

    @Before
    public void releaseTheFirst() throws Exception {
        cluster.configure();
        jenkins.buildAndAssertSuccess(job("first", release("1", "")));
        assertThat(cluster.history(), equalTo(java.util.List.of("4/4")));
    }

    @Test
    public void theStepStaysUntilAnotherBuildAnswers() throws Exception {
        WorkflowRun build = start("pausing", release("2", PAUSING));
        jenkins.waitForMessage("The node block around this step keeps its executor meanwhile", build);
        assertThat(build.isBuilding(), is(true));

        WorkflowRun other = jenkins.buildAndAssertSuccess(job(
                "other",
                "def r = k8sContinue history: 'web'\necho \"answered ${r.outcome} ${r.number}\"\necho" + " r.json"));

        jenkins.assertLogContains("answered healthy 2", other);
        jenkins.assertLogContains("\"by\" : \"other #1\"", other);
        jenkins.assertLogContains("Wait for health", other);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Somebody has answered the pause elsewhere", build);
        jenkins.assertLogContains("release healthy of web 2", build);
        assertThat(cluster.image(), containsString("web:2"));
    }

    @Test
    public void theStepFollowsWhoeverAnswersByCommandLine() throws Exception {
        WorkflowRun build = start("pausing", release("2", PAUSING));
        jenkins.waitForMessage("Answer on ", build);

        assertThat(answer(false).outcome(), is(ReleaseRecord.Outcome.HEALTHY));

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("release healthy of web 2", build);
    }

    @Test
    public void aRollbackByCommandLineFailsTheStep() throws Exception {
        WorkflowRun build = start("pausing", release("2", PAUSING));
        jenkins.waitForMessage("Answer on ", build);

        assertThat(answer(true).outcome(), is(ReleaseRecord.Outcome.ROLLED_BACK));

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("somebody has decided against it", build);
        assertThat(cluster.image(), containsString("web:1"));
    }

    @Test
    public void returnEndsTheStepAndAnotherAnswersInTheSameBuild() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertSuccess(job(
                "pausing",
                release("2", PAUSING + ", paused: 'return'")
                        + "def r = k8sContinue()\necho \"then ${r.outcome} ${r.number}\""));

        jenkins.assertLogContains("release paused of web 2", build);
        jenkins.assertLogContains("then healthy 2", build);
    }

    @Test
    public void aPausedReleaseIsRolledBackOnRequest() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertSuccess(job(
                "pausing",
                release("2", PAUSING + ", paused: 'return'")
                        + "def r = k8sContinue(rollback: true)\necho \"then ${r.outcome}\""));

        jenkins.assertLogContains("then rolled-back", build);
        assertThat(cluster.image(), containsString("web:1"));
    }

    @Test
    public void whatEveryBatchAsksIsAnsweredOneByOne() throws Exception {
        String every = "strategy: batches(count: 4, pause: 'every'), paused: 'return'";
        WorkflowRun build = jenkins.buildAndAssertSuccess(job(
                "pausing",
                release("2", every) + "while (release.paused) { release = k8sContinue() }\n"
                        + "echo \"then ${release.outcome}\""));

        jenkins.assertLogContains("then healthy", build);
        assertThat(cluster.history().size(), is(5));
    }

    @Test
    public void askWaitsForSomebody() throws Exception {
        WorkflowRun build = start(
                "pausing",
                release("2", PAUSING + ", paused: 'return'") + "def r = k8sContinue(ask: true)\necho \"then"
                        + " ${r.outcome}\"");
        jenkins.waitForMessage("release paused of web 2", build);
        jenkins.waitForMessage("Answer on ", build);

        answer(false);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("then healthy", build);
    }

    @Test
    public void anAbortInThePauseLeavesThePauseAndSaysSo() throws Exception {
        WorkflowRun build = start("pausing", release("2", PAUSING));
        jenkins.waitForMessage("keeps its executor meanwhile", build);

        build.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("Ended in the pause. Nothing was undone; Deployment/shop/web is held", build);
        jenkins.assertLogNotContains("ERROR", build);
        assertThat(answer(false).outcome(), is(ReleaseRecord.Outcome.HEALTHY));
    }

    @Test
    public void nobodyAnswersInTime() throws Exception {
        WorkflowRun build =
                start("pausing", release("2", "strategy: batches(count: 2, pause: 'first', pauseTimeout: '1s')"));

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("nobody has answered the pause after batch 1 of 2", build);
        assertThat(cluster.image(), containsString("web:1"));
    }

    @Test
    public void withoutAPauseThereIsNothingToAnswer() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("other", "k8sContinue()"));
        jenkins.assertLogContains("no release of this build is paused", build);

        WorkflowRun named = jenkins.buildAndAssertStatus(Result.FAILURE, job("named", "k8sContinue history: 'web'"));
        jenkins.assertLogContains("the newest release neither waits nor holds anything", named);
    }

    @Test
    public void aRollbackThatHasMissedAPartIsRepeated() throws Exception {
        cluster.fake().react("ConfigMap", this::hinderItsReturn);
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("second", release("absent", "")));
        jenkins.assertLogContains("ConfigMap/shop/settings keeps its released content", build);
        assertThat(cluster.image(), containsString("web:1"));
        assertThat(settings(), is("absent"));

        WorkflowRun again = jenkins.buildAndAssertSuccess(
                job("again", "def r = k8sContinue history: 'web', rollback: true\necho \"now ${r.outcome}\""));
        jenkins.assertLogContains("now rolled-back", again);
        assertThat(settings(), is("1"));
    }

    private void hinderItsReturn(KubeObject settings) {
        if (settings.text("data", "version").filter("absent"::equals).isPresent()) {
            cluster.fake()
                    .failNext(
                            "apply " + settings.ref(),
                            new ReleaseException(new Problem(
                                    Problem.Kind.UNREACHABLE,
                                    "apply",
                                    settings.ref().toString(),
                                    "no route",
                                    "")));
        }
    }

    @Test
    public void rollbackReturnsToAnEarlierRelease() throws Exception {
        jenkins.buildAndAssertSuccess(job("second", release("2", "")));
        assertThat(settings(), is("2"));

        WorkflowRun dry = jenkins.buildAndAssertSuccess(job("dry", "k8sRollback history: 'web', dryRun: true"));
        jenkins.assertLogContains("+  version: \"1\"", dry);
        assertThat(settings(), is("2"));

        WorkflowRun build = jenkins.buildAndAssertSuccess(
                job("back", "def r = k8sRollback()\necho \"back ${r.outcome} as ${r.number}\""));
        jenkins.assertLogContains("Returning to release 1 of web", build);
        jenkins.assertLogContains("back healthy as 3", build);
        assertThat(settings(), is("1"));
        assertThat(cluster.image(), containsString("web:1"));
    }

    private String settings() {
        return cluster.fake()
                .get(InMemoryCluster.SETTINGS)
                .orElseThrow()
                .text("data", "version")
                .orElseThrow();
    }

    /** As {@code k8s-rollout continue} does. */
    private ReleaseRecord answer(boolean rollback) throws Exception {
        CompletableFuture<ReleaseRecord> end = new CompletableFuture<>();
        try (SystemScheduler scheduler = new SystemScheduler()) {
            WatchToken token = HeldReleases.find(cluster.fake(), "shop", Optional.empty(), scheduler.now())
                    .token()
                    .orElseThrow();
            ReleaseTools tools =
                    new ReleaseTools(cluster.fake(), scheduler, task -> new Thread(task).start(), ProgressSink.NONE);
            if (rollback) {
                ReleaseRun.rollBack(token, tools, t -> {}, end::complete);
            } else {
                ReleaseRun.continueFrom(token, tools, t -> {}, end::complete);
            }
            return end.get(1, TimeUnit.MINUTES);
        }
    }

    private WorkflowRun start(String name, String script) throws Exception {
        return job(name, script).scheduleBuild2(0).waitForStart();
    }

    private WorkflowJob job(String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
