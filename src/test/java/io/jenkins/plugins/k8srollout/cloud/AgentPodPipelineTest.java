package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import hudson.tasks.Shell;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import java.util.List;
import java.util.logging.Level;
import jenkins.model.InterruptedBuildAction;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LoggerRule;

/** Builds on agents in pods of a real cluster. */
public class AgentPodPipelineTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Rule
    public final LoggerRule logs =
            new LoggerRule().record(AgentConnection.class, Level.INFO).capture(100);

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    @Test
    public void aPipelineBuildsOnAPodThatGoesAfterwards() throws Exception {
        testbed.configure(jenkins);
        WorkflowRun build = jenkins.buildAndAssertSuccess(
                job("node('pod') { sh 'echo on $(hostname); env | sort; id'; writeFile file: 'a', text: 'b' }"));
        String log = JenkinsRule.getLog(build);
        assertThat(log, containsString(": Requested ("));
        assertThat(log, containsString(": Scheduled on "));
        assertThat(log, containsString(": Connecting ("));
        assertThat(log, containsString("on pod-"));
        assertThat("no secret for builds", log, not(containsString("JENKINS_SECRET")));
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), is(List.of()));
        System.out.println(logs.getMessages());
    }

    @Test
    public void aFreestyleJobBuildsOnAPod() throws Exception {
        testbed.configure(jenkins);
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.setAssignedLabel(Label.get("pod"));
        project.getBuildersList().add(new Shell("echo on $(hostname)"));
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(project);
        jenkins.assertLogContains("on pod-", build);
        testbed.awaitNoPods();
    }

    @Test
    public void anImageThatDoesNotExistEndsTheBuildWithTheReason() throws Exception {
        testbed.configure(jenkins);
        AgentPodCloud cloud = AgentPodCloud.named("pods").orElseThrow();
        cloud.setTemplates(
                List.of(new AgentPodTemplate("pod", AgentTestbed.image().replaceFirst(":[^:]*$", ":absent"))));
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("node('pod') { echo 'never' }"));
        // At once, for the hold ends by itself.
        String holds = String.join("", cloud.getHolds());
        jenkins.assertLogContains("Could not start the agent pod", build);
        jenkins.assertLogContains("ImageNotFound", build);
        testbed.awaitNoPods();
        assertThat(holds, containsString("ImageNotFound"));
    }

    @Test
    public void anAbortLeavesNoPod() throws Exception {
        testbed.configure(jenkins);
        WorkflowRun build = job("node('pod') { sh 'echo begun; sleep 300' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("+ sleep 300", build);
        build.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), is(List.of()));
    }

    @Test
    public void anAbortWhileWaitingLeavesNoPod() throws Exception {
        AgentPodTemplate template = testbed.configure(jenkins);
        template.setNodeSelector("no=such-node");
        WorkflowRun build =
                job("node('pod') { echo 'never' }").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("waits: Unschedulable", build);
        build.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), is(List.of()));
    }

    @Test
    public void aPodDeletedInTheMiddleEndsTheBuildWithTheReason() throws Exception {
        testbed.configure(jenkins);
        WorkflowRun build = job("node('pod') { sh 'echo begun; sleep 300' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("+ sleep 300", build);
        String agent = Jenkins.get().getNodes().get(0).getNodeName();
        testbed.port().delete(AgentPodFactory.ref(testbed.namespace(), agent));
        jenkins.waitForCompletion(build);
        assertThat(build.getResult().isWorseThan(Result.SUCCESS), is(true));
        jenkins.assertLogContains("Could not keep the agent: Pod/", build);
        jenkins.assertLogContains("the pod was deleted by somebody else", build);
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), is(List.of()));
    }

    @Test
    public void aPodDeletedUnderAFreestyleBuildEndsItWithTheReason() throws Exception {
        testbed.configure(jenkins);
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.setAssignedLabel(Label.get("pod"));
        project.getBuildersList().add(new Shell("echo begun; sleep 300"));
        FreeStyleBuild build = project.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("+ sleep 300", build);
        String agent = Jenkins.get().getNodes().get(0).getNodeName();
        testbed.port().delete(AgentPodFactory.ref(testbed.namespace(), agent));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        assertThat(
                build.getAction(InterruptedBuildAction.class).getCauses().toString(),
                build.getAction(InterruptedBuildAction.class).getCauses().get(0).getShortDescription(),
                containsString("the pod was deleted by somebody else"));
        testbed.awaitNoPods();
    }
}
