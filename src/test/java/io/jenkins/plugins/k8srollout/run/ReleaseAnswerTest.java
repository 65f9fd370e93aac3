package io.jenkins.plugins.k8srollout.run;

import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.manifests;
import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.release;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder;
import io.jenkins.plugins.k8srollout.step.BatchesStrategy;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.net.URL;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.JenkinsSessionRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.SingleFileSCM;
import org.jvnet.hudson.test.TestExtension;

/** Pauses are answered, and releases returned to, on the pages; builds may have ended and Jenkins restarted meanwhile. */
public class ReleaseAnswerTest {
    private static final String PAUSING = "strategy: batches(count: 2, pause: 'first')";
    private static final String RETURNING = PAUSING + ", paused: 'return'";

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @Rule
    public final InMemoryCluster cluster = new InMemoryCluster();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    private JenkinsRule jenkins;

    @TestExtension
    public static final class Connector extends InMemoryCluster.Connector {}

    /** One session of Jenkins with the cluster, and somebody who may release, and somebody who may only look. */
    private void inJenkins(JenkinsSessionRule.Step test) throws Throwable {
        sessions.then(rule -> {
            jenkins = rule;
            rule.jenkins.setSecurityRealm(rule.createDummySecurityRealm());
            rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                    .grant(Jenkins.ADMINISTER)
                    .everywhere()
                    .to("admin")
                    .grant(Jenkins.READ, Item.READ)
                    .everywhere()
                    .to("reader")
                    .grant(Jenkins.READ, Item.READ, Item.BUILD)
                    .everywhere()
                    .to("alice"));
            test.run(rule);
        });
    }

    private void releaseTheFirst() throws Exception {
        cluster.configure();
        jenkins.buildAndAssertSuccess(pipeline("first", release("1", "")));
    }

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
        inJenkins(rule -> assertThat(
                "the end is kept", entries(build("free")).get(0).getSummary().getState(), is(State.SUCCESS)));
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

    // ---- helpers

    private FreeStyleProject freestyle() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("free");
        job.setScm(new SingleFileSCM("web.yaml", manifests("2")));
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setManifests("web.yaml");
        BatchesStrategy batches = new BatchesStrategy();
        batches.setPause("first");
        rollout.setStrategy(batches);
        RolloutBuilder builder = new RolloutBuilder();
        builder.setRollout(rollout);
        builder.setHealthy(new WaitHealthyStep());
        job.getBuildersList().add(builder);
        return job;
    }

    private WorkflowJob pipeline(String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static Run<?, ?> build(String job) {
        return Jenkins.get().getItemByFullName(job, Job.class).getBuildByNumber(1);
    }

    private static List<ReleaseEntry> entries(Run<?, ?> build) {
        return build.getAction(ReleaseAction.class).getEntries();
    }

    private static String id(ReleaseEntry entry) {
        return WatchToken.decode(entry.token()).record().id();
    }

    private static ReleaseLead lead(ReleaseEntry entry) {
        return EngineServices.get().led().find(id(entry)).orElseThrow();
    }

    private JenkinsRule.WebClient client(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(user);
    }

    private HtmlPage page(String user, Run<?, ?> build) throws Exception {
        return client(user).goTo(build.getUrl() + ReleaseAction.URL + "/");
    }

    private int post(String user, Run<?, ?> build, String method, ReleaseEntry entry) throws Exception {
        return send(user, HttpMethod.POST, build, method, entry);
    }

    private int get(String user, Run<?, ?> build, String method, ReleaseEntry entry) throws Exception {
        return send(user, HttpMethod.GET, build, method, entry);
    }

    private int send(String user, HttpMethod http, Run<?, ?> build, String method, ReleaseEntry entry)
            throws Exception {
        JenkinsRule.WebClient client = client(user);
        URL url = new URL(
                jenkins.getURL(), build.getUrl() + ReleaseAction.URL + "/" + method + "?entry=" + entry.getId());
        WebRequest request = new WebRequest(url, http);
        if (http == HttpMethod.POST) {
            client.addCrumb(request);
        }
        return client.getPage(request).getWebResponse().getStatusCode();
    }
}
