package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.queue.QueueTaskFuture;
import hudson.slaves.OfflineCause;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Which agents are made for which builds, and which builds they take. */
public class AgentPodQueueTest {
    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Rule
    public final AgentCluster pods = new AgentCluster();

    private QueueTaskFuture<FreeStyleBuild> build(String label) throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.setAssignedLabel(Label.get(label));
        return project.scheduleBuild2(0);
    }

    private static AgentPodNode node(String agent) {
        return AgentPodNode.named(agent).orElseThrow();
    }

    private static AgentPodComputer computer(String agent) {
        return (AgentPodComputer) Jenkins.get().getComputer(agent);
    }

    /** Unschedulable, it waits for a node for a quarter of an hour; a build that it is not for must not. */
    @Test
    public void anAgentOnItsWayForAnotherLabelIsNotCountedOn() throws Exception {
        pods.configure("pods", AgentCluster.template("plain", "linux"), AgentCluster.template("gpu", "linux gpu"));
        QueueTaskFuture<FreeStyleBuild> gpu = build("gpu");
        String slow = pods.nextPod();
        QueueTaskFuture<FreeStyleBuild> plain = build("linux");
        String quick = pods.nextPod();
        assertThat(quick, is(not(slow)));
        pods.connect(quick);
        jenkins.assertBuildStatusSuccess(plain);
        assertThat(gpu.isDone(), is(false));
        pods.connect(slow);
        jenkins.assertBuildStatusSuccess(gpu);
    }

    @Test
    public void anAgentTakenOutOfServiceIsNotCountedOnAndGoes() throws Exception {
        AgentPodTemplate template = AgentCluster.template("plain", "linux");
        template.setBuildsPerPod(9);
        template.setIdleMinutes(0);
        pods.configure("pods", template);
        QueueTaskFuture<FreeStyleBuild> first = build("linux");
        String agent = pods.nextPod();
        assertThat("counted on", node(agent).isPending(), is(true));
        pods.connect(agent);
        jenkins.assertBuildStatusSuccess(first);
        jenkins.waitUntilNoActivity();
        computer(agent).setTemporaryOfflineCause(new OfflineCause.ByCLI("disk is full"));
        assertThat(node(agent).isPending(), is(false));
        QueueTaskFuture<FreeStyleBuild> second = build("linux");
        String another = pods.nextPod();
        assertThat(another, is(not(agent)));
        pods.connect(another);
        jenkins.assertBuildStatusSuccess(second);
        Queue.runWithLock(() -> computer(agent).getRetentionStrategy().check(computer(agent)));
        assertThat(node(agent).isOver(), is(true));
    }

    @Test
    public void anAgentThatLostItsConnectionIsNotCountedOn() throws Exception {
        pods.configure("pods", AgentCluster.template("plain", "linux"));
        QueueTaskFuture<FreeStyleBuild> first = build("linux");
        String agent = pods.nextPod();
        AgentPodNode node = node(agent);
        node.markMet();
        assertThat(node.isPending(), is(false));
        Provisioning.reviewSoon();
        pods.connect(pods.nextPod());
        jenkins.assertBuildStatusSuccess(first);
    }

    @Test
    public void anAgentThatIsBeingRemovedTakesNoBuild() throws Exception {
        AgentPodTemplate template = AgentCluster.template("plain", "linux");
        template.setBuildsPerPod(9);
        template.setIdleMinutes(60);
        pods.configure("pods", template);
        QueueTaskFuture<FreeStyleBuild> first = build("linux");
        String agent = pods.nextPod();
        pods.connect(agent);
        jenkins.assertBuildStatusSuccess(first);
        jenkins.waitUntilNoActivity();
        Computer computer = computer(agent);
        assertThat(computer.isAcceptingTasks(), is(true));
        // As it is between the decision and the moment at which Jenkins lists it no more.
        node(agent).markOver();
        assertThat(computer.isAcceptingTasks(), is(false));
        QueueTaskFuture<FreeStyleBuild> second = build("linux");
        String another = pods.nextPod();
        pods.connect(another);
        FreeStyleBuild done = jenkins.assertBuildStatusSuccess(second);
        assertThat(done.getBuiltOnStr(), is(another));
    }

    @Test
    public void aPlaceIsGivenBackWhenTheAgentGoesBeforeItsLauncherRan() throws Exception {
        AgentPodTemplate template = AgentCluster.template("plain", "linux");
        AgentPodCloud cloud = pods.configure("pods", template);
        cloud.setMaxPods(1);
        List<AgentPodNode> planned = Provisioning.plan(cloud, Label.get("linux"), 5);
        assertThat(planned.size(), is(1));
        AgentPodNode node = planned.get(0);
        assertThat(AgentRooms.get().pods(cloud).free(cloud.limits(template)), is(0));
        AgentRemoval.removeNow(node);
        assertThat(AgentRooms.get().pods(cloud).free(cloud.limits(template)), is(1));
        // The launcher runs late, for an agent that is over.
        AgentRooms.get().launch(node, new AgentPodComputer(node));
        assertThat(AgentRooms.get().pods(cloud).views(), is(List.of()));
    }

    @Test
    public void aRoomOpenedAnewBetweenPlanAndLaunchEndsTheAgentAndMakesAnother() throws Exception {
        AgentPodCloud cloud = pods.configure("pods", AgentCluster.template("plain", "linux"));
        AgentPodNode node = Provisioning.plan(cloud, Label.get("linux"), 1).get(0);
        AgentRooms.get().use(cloud, AgentCluster.NAMESPACE, pods.cluster);
        Jenkins.get().addNode(node);
        Computer computer = node.toComputer();
        if (computer != null) {
            computer.waitUntilOffline();
        }
        QueueTaskFuture<FreeStyleBuild> build = build("linux");
        String agent = pods.nextPod();
        assertThat(agent, is(not(node.getNodeName())));
        pods.connect(agent);
        jenkins.assertBuildStatusSuccess(build.get(2, TimeUnit.MINUTES));
    }
}
