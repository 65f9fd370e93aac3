package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import hudson.model.Label;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomElement;
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

/** A release in a real cluster pauses, Jenkins restarts, somebody answers on the page, and later returns to before. */
public class PauseClusterTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final Testbed FIRST = new Testbed();

    @Rule
    public final Testbed testbed = new Testbed();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    @Test
    public void aPauseOverARestartIsAnsweredByPostAndTheReleaseUndoneLater() throws Throwable {
        sessions.then(jenkins -> {
            testbed.configure();
            jenkins.createOnlineSlave(Label.get("agent"));
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
            job.setDefinition(new CpsFlowDefinition(testbed.script("pausing.groovy"), true));
            jenkins.buildAndAssertSuccess(job);
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("keeps its executor meanwhile", build);
            assertThat(Hold.of(web()).orElseThrow().paused(), is(true));
        });
        sessions.then(jenkins -> {
            WorkflowJob job = Jenkins.get().getItemByFullName("job", WorkflowJob.class);
            WorkflowRun build = job.getBuildByNumber(2);
            jenkins.waitForMessage("Still paused", build);

            answer(jenkins, build);

            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
            jenkins.assertLogContains("lets the release go on", build);
            jenkins.assertLogContains("release healthy 2", build);
            assertThat(Hold.of(web()).isPresent(), is(false));
            assertThat(content(), is("build 2"));
            assertThat(testbed.filesWithSecrets(build.getRootDir().toPath()), is(empty()));

            WorkflowJob back = jenkins.createProject(WorkflowJob.class, "back");
            back.setDefinition(new CpsFlowDefinition(
                    "def r = k8sRollback(timeout: '5m')\necho \"back ${r.outcome} as ${r.number}\"", true));
            jenkins.assertLogContains("back healthy as 3", jenkins.buildAndAssertSuccess(back));
            assertThat(content(), is("build 1"));
        });
    }

    /** As the button does, with the address that it has. */
    private static void answer(JenkinsRule jenkins, WorkflowRun build) throws Exception {
        JenkinsRule.WebClient client = jenkins.createWebClient();
        HtmlPage page = client.goTo(build.getUrl() + "kubernetes-rollout/");
        assertThat(page.querySelectorAll(".k8srollout-continue"), hasSize(1));
        String url = ((DomElement) page.querySelector(".k8srollout-continue")).getAttribute("data-url");
        WebRequest request = new WebRequest(page.getFullyQualifiedUrl(url), HttpMethod.POST);
        client.addCrumb(request);
        assertThat(client.getPage(request).getWebResponse().getStatusCode(), is(200));
    }

    private KubeObject web() {
        return testbed.port()
                .get(new ObjectRef("apps/v1", "Deployment", testbed.namespace(), "web"))
                .orElseThrow();
    }

    private String content() {
        return testbed.port()
                .get(new ObjectRef("v1", "ConfigMap", testbed.namespace(), "settings"))
                .orElseThrow()
                .text("data", "BUILD")
                .orElseThrow();
    }
}
