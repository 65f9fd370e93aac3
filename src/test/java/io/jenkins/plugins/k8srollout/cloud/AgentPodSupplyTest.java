package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertThrows;

import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.queue.QueueTaskFuture;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.model.JenkinsLocationConfiguration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockFolder;

/** Who serves a build that waits, when something cannot. */
public class AgentPodSupplyTest {
    private static final String ABSENT =
            "{phase: Pending, containerStatuses: [{name: agent, state: {waiting: {reason: ErrImagePull, message:"
                    + " 'failed to resolve reference: reg/agent:1: not found'}}}]}";

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Rule
    public final AgentCluster pods = new AgentCluster();

    private WorkflowRun pipeline(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private static AgentPodTemplate broken() {
        AgentPodTemplate broken = AgentCluster.template("broken", "linux");
        broken.setYaml("spec: [");
        return broken;
    }

    @Test
    public void aTemplateThatCannotBeReadEndsNoBuildThatAnotherServes() throws Exception {
        pods.configure("pods", broken(), AgentCluster.template("good", "linux"));
        WorkflowRun build = pipeline("node('linux') { echo 'done' }");
        String agent = pods.nextPod();
        assertThat(agent, containsString("good-"));
        pods.connect(agent);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    @Test
    public void theOnlyTemplateThatCannotBeReadEndsTheBuild() throws Exception {
        pods.configure("pods", broken());
        WorkflowRun build = pipeline("node('linux') { echo 'never' }");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
    }

    @Test
    public void aPodThatCannotStartEndsNoBuildThatAnotherCloudServes() throws Exception {
        pods.configure("first", AgentCluster.template("one", "linux"));
        pods.configure("second", AgentCluster.template("two", "linux"));
        WorkflowRun build = pipeline("node('linux') { echo 'done' }");
        String first = pods.nextPod();
        pods.kubelet(first, ABSENT);
        String second = pods.nextPod();
        assertThat(second, containsString("two-"));
        pods.connect(second);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("ImageNotFound", build);
        jenkins.assertLogContains("The build waits on", build);
    }

    @Test
    public void theLastPodThatCannotStartEndsTheBuild() throws Exception {
        pods.configure("pods", AgentCluster.template("one", "linux"));
        WorkflowRun build = pipeline("node('linux') { echo 'never' }");
        pods.kubelet(pods.nextPod(), ABSENT);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("ImageNotFound", build);
    }

    @Test
    public void aCloudThatIsRemovedLetsItsBuildsEnd() throws Exception {
        AgentPodTemplate template = AgentCluster.template("one", "linux");
        template.setBuildsPerPod(9);
        pods.configure("pods", template);
        WorkflowRun build = pipeline("node('linux') { semaphore 'at-work' }");
        String agent = pods.nextPod();
        pods.connect(agent);
        SemaphoreStep.waitForStart("at-work/1", build);
        AgentPodNode node = AgentPodNode.named(agent).orElseThrow();
        Computer computer = node.toComputer();
        Jenkins.get().clouds.clear();
        AgentRooms.get().refresh();
        assertThat(node.isOver(), is(false));
        assertThat("no build is begun", computer.isAcceptingTasks(), is(false));
        SemaphoreStep.success("at-work/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.waitUntilNoActivity();
        computer.waitUntilOffline();
        assertThat(node.isOver(), is(true));
    }

    @Test
    public void aClusterForCertainFoldersRunsTheirBuildsOnly() throws Exception {
        AgentPodTemplate template = AgentCluster.template("one", "linux");
        template.setBuildsPerPod(9);
        AgentPodCloud cloud = pods.configure("pods", template);
        ClusterTarget target = new ClusterTarget("prod");
        target.setFolders(List.of("team"));
        KubernetesRolloutConfiguration.get().setClusters(List.of(target));
        FreeStyleProject outside = jenkins.createFreeStyleProject("outside");
        outside.setAssignedLabel(Label.get("linux"));
        QueueTaskFuture<FreeStyleBuild> refused = outside.scheduleBuild2(0);
        MockFolder team = jenkins.createFolder("team");
        FreeStyleProject inside = team.createProject(FreeStyleProject.class, "inside");
        inside.setAssignedLabel(Label.get("linux"));
        QueueTaskFuture<FreeStyleBuild> allowed = inside.scheduleBuild2(0);
        String agent = pods.nextPod();
        AgentPodNode node = AgentPodNode.named(agent).orElseThrow();
        pods.connect(agent);
        jenkins.assertBuildStatusSuccess(allowed);
        Queue.getInstance().maintain();
        Queue.BuildableItem item = Queue.getInstance().getBuildableItems().get(0);
        assertThat(item.task, is(outside));
        assertThat(node.canTake(item), is(notNullValue()));
        assertThat(Provisioning.plan(cloud, Label.get("linux"), 5), is(empty()));
        assertThat(refused.isDone(), is(false));
        target.setFolders(List.of());
        assertThat(node.canTake(item), is(nullValue()));
        refused.cancel(true);
    }

    @Test
    public void nothingIsMadeWhileJenkinsIsAboutToEnd() throws Exception {
        AgentPodCloud cloud = pods.configure("pods", AgentCluster.template("one", "linux"));
        Jenkins.get().doQuietDown();
        assertThat(Provisioning.plan(cloud, Label.get("linux"), 5), is(empty()));
        Jenkins.get().doCancelQuietDown();
        assertThat(Provisioning.plan(cloud, Label.get("linux"), 5).size(), is(5));
    }

    @Test
    public void whatCannotWorkIsRefusedByName() throws Exception {
        AgentPodTemplate template = AgentCluster.template("one", "linux");
        AgentPodCloud cloud = pods.configure("pods", template, AgentCluster.template("one", "other"));
        assertThat(refusal(cloud, template), containsString("two templates of this name"));
        cloud.setTemplates(List.of(template));
        cloud.setJenkinsUrl("");
        JenkinsLocationConfiguration.get().setUrl(null);
        assertThat(refusal(cloud, template), containsString("Set the Jenkins URL"));
    }

    private static String refusal(AgentPodCloud cloud, AgentPodTemplate template) {
        return assertThrows(ReleaseException.class, () -> PodRequests.pod("a", "c", "ci", cloud, template))
                .getMessage();
    }

    @Test
    public void anAgentOfBeforeARestartWaitsForItsBuild() throws Exception {
        AgentPodTemplate template = AgentCluster.template("one", "linux");
        AgentPodNode made = Provisioning.plan(pods.configure("pods", template), Label.get("linux"), 1)
                .get(0);
        assertThat(made.use().mayBeAwaited(), is(false));
        AgentPodNode restored = (AgentPodNode) Jenkins.XSTREAM2.fromXML(Jenkins.XSTREAM2.toXML(made));
        assertThat(restored.use().mayBeAwaited(), is(true));
        restored.use().goOn();
        assertThat(restored.use().mayBeAwaited(), is(false));
    }
}
