package io.jenkins.plugins.k8srollout.run;

import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.release;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Test;
import org.jvnet.hudson.test.TestExtension;

/** Pauses are answered, and releases returned to, on the pages; builds may have ended and Jenkins restarted meanwhile. */
public class ReleaseAnswerTest extends AnsweringFixture {
    @TestExtension
    public static final class Connector extends InMemoryCluster.Connector {}

    // ---- the build has ended

    @Test
    public void aFreestyleBuildEndsInThePauseAndIsAnsweredOnItsPage() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            Run<?, ?> build = jenkins.buildAndAssertSuccess(freestyle());
            jenkins.assertLogContains("this build step ends. Answer on the build's page", build);
            assertThat("what follows waits", entries(build), hasSize(1));
            ReleaseEntry entry = entries(build).get(0);
            assertThat(entry.isPaused(), is(true));
            ReleaseLead lead = lead(entry);

            HtmlPage page = page("alice", build);
            assertThat(page.querySelectorAll(".k8srollout-continue"), hasSize(1));
            assertThat(page.querySelectorAll(".k8srollout-rollback"), hasSize(1));
            assertThat(post("alice", build, "continue", entry), is(200));

            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(entry.getSummary().getState(), is(State.SUCCESS));
            assertThat(entry.outcome(), is("healthy"));
            assertThat(page("alice", build).querySelectorAll(".k8srollout-answered li"), hasSize(1));
            String shown = page("alice", build).asNormalizedText();
            assertThat(shown, containsString("alice lets the release go on"));
            assertThat(shown, containsString("After the build"));
            assertThat(page("alice", build).querySelectorAll(".k8srollout-continue"), hasSize(0));
            assertThat(post("alice", build, "continue", entry), is(400));
        });
    }

    @Test
    public void aReturnedPipelineIsRolledBackOnItsPage() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            WorkflowRun build = jenkins.buildAndAssertSuccess(pipeline("second", release("2", RETURNING)));
            ReleaseEntry entry = entries(build).get(0);
            ReleaseLead lead = lead(entry);

            assertThat(post("alice", build, "rollback", entry), is(200));

            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("rolled-back"));
            assertThat(cluster.image(), containsString("web:1"));
            assertThat(page("alice", build).asNormalizedText(), containsString("alice has the release rolled back"));
        });
    }

    @Test
    public void aPauseSurvivesARestartAndIsAnsweredThen() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            jenkins.buildAndAssertSuccess(freestyle());
        });
        inJenkins(rule -> {
            Run<?, ?> build = build("free");
            ReleaseEntry entry = entries(build).get(0);
            assertThat(build.getAction(ReleaseAction.class).stateOf(entry), is(State.PAUSED));
            ReleaseLead lead = lead(entry);

            assertThat(post("alice", build, "continue", entry), is(200));

            lead.settled().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("healthy"));
            assertThat(cluster.image(), containsString("web:2"));
        });
        inJenkins(rule -> {
            ReleaseEntry entry = entries(build("free")).get(0);
            assertThat("the end is kept", entry.getSummary().getState(), is(State.SUCCESS));
            assertThat(entry.getAnswers().get(0).getBy(), is("alice"));
            assertThat(entry.getAnswers().get(0).isRollback(), is(false));
        });
    }

    @Test
    public void aTimeOutEndsThePauseAlsoAfterARestart() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            String limited = "strategy: batches(count: 2, pause: 'first', pauseTimeout: '2s'), paused: 'return'";
            jenkins.buildAndAssertSuccess(pipeline("second", release("2", limited)));
        });
        inJenkins(rule -> {
            Run<?, ?> build = build("second");
            ReleaseEntry entry = entries(build).get(0);
            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entry.outcome(), is("rolled-back"));
            assertThat(entry.getSummary().getReason(), containsString("nobody has answered the pause"));
            assertThat(cluster.image(), containsString("web:1"));
        });
    }

    // ---- the build goes on

    @Test
    public void aWaitingStepIsAnsweredOnItsPageAfterARestart() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            WorkflowRun build =
                    pipeline("second", release("2", PAUSING)).scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("keeps its executor meanwhile", build);
        });
        inJenkins(rule -> {
            WorkflowRun build = (WorkflowRun) build("second");
            jenkins.waitForMessage("Still paused", build);
            ReleaseEntry entry = entries(build).get(0);

            assertThat(post("alice", build, "continue", entry), is(200));

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
            jenkins.assertLogContains("alice lets the release go on", build);
            jenkins.assertLogContains("release healthy of web 2", build);
        });
    }

    @Test
    public void afterAnAbortInThePauseThePageStillAnswers() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            WorkflowRun build =
                    pipeline("second", release("2", PAUSING)).scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("keeps its executor meanwhile", build);
            build.getExecutor().interrupt();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
            ReleaseEntry entry = entries(build).get(0);

            assertThat(page("alice", build).querySelectorAll(".k8srollout-continue"), hasSize(1));
            assertThat(post("alice", build, "continue", entry), is(200));

            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(entry.getSummary().getReason(), is(""));
            assertThat(entry.outcome(), is("healthy"));
        });
    }

    // ---- returning

    @Test
    public void aKeptReleaseIsReturnedToFromThePage() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            jenkins.buildAndAssertSuccess(pipeline("second", release("2", "")));
            Run<?, ?> first = build("first");
            assertThat(page("alice", first).querySelectorAll(".k8srollout-return"), hasSize(1));
            HtmlPage job = client("alice").goTo(first.getParent().getUrl() + ReleaseAction.URL + "/");
            assertThat(job.querySelectorAll(".k8srollout-return"), hasSize(1));

            assertThat(post("alice", first, "returnTo", entries(first).get(0)), is(200));

            ReleaseEntry back = entries(first).get(1);
            BackgroundReleases.get().whenNobodyIsLed().get(1, TimeUnit.MINUTES);
            assertThat(back.getSummary().getReason(), is(""));
            assertThat(back.outcome(), is("healthy"));
            assertThat(back.getNumber(), is(3L));
            assertThat(cluster.image(), containsString("web:1"));
            assertThat(
                    cluster.fake()
                            .get(InMemoryCluster.SETTINGS)
                            .orElseThrow()
                            .text("data", "version")
                            .orElseThrow(),
                    is("1"));
            assertThat(LaterLog.read(first), containsString("alice returns to release 1 of web"));
        });
    }

    // ---- rights

    @Test
    public void whoMayNotBuildSeesNoButtonAndIsRefused() throws Throwable {
        inJenkins(rule -> {
            releaseTheFirst();
            Run<?, ?> first = build("first");
            WorkflowRun build = jenkins.buildAndAssertSuccess(pipeline("second", release("2", RETURNING)));
            ReleaseEntry entry = entries(build).get(0);
            for (Run<?, ?> run : List.of(first, build)) {
                HtmlPage page = page("reader", run);
                assertThat(page.asXml(), not(containsString("confirmation-link")));
            }
            HtmlPage job = client("reader").goTo(first.getParent().getUrl() + ReleaseAction.URL + "/");
            assertThat(job.querySelectorAll(".k8srollout-return"), hasSize(0));

            assertThat(post("reader", build, "continue", entry), is(403));
            assertThat(post("reader", build, "rollback", entry), is(403));
            assertThat(post("reader", first, "returnTo", entries(first).get(0)), is(403));
            for (String method : List.of("continue", "rollback", "returnTo")) {
                assertThat(method, get("alice", build, method, entry), is(405));
            }
            assertThat(entry.isPaused(), is(true));
            assertThat(cluster.history(), is(List.of("4/4", "2/4")));
        });
    }
}
