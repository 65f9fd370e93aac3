package io.jenkins.plugins.k8srollout.engine.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** The life of agents, and how it ends. */
public class AgentPodsTest extends AgentPodsFixture {
    @Test
    public void aLifeThatGoesWell() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        scheduler.advance(Duration.ofMillis(100));
        kubelet("a", "node1", "{phase: Pending}");
        kubelet(
                "a",
                "node1",
                "{phase: Pending, containerStatuses: [{name: agent, state: {waiting: {reason: ContainerCreating}}}]}");
        scheduler.advance(Duration.ofMillis(900));
        running("a");
        pods.connected("a", true);
        pods.busy("a", true);
        scheduler.runDue();
        pods.busy("a", false);
        scheduler.runDue();
        end(pods, "a");
        assertThat(
                log,
                contains(
                        "a: Requested after 0",
                        "a: Scheduled on node1 after 100",
                        "a: Pulling reg/agent:1 after 100",
                        "a: Connecting after 1000",
                        "a: Idle after 1000",
                        "a: Online after 1000",
                        "a: Idle after 1000"));
        assertThat(exists("a"), is(false));
        assertThat(pods.views(), is(empty()));
    }

    @Test
    public void anAgentCostsThreeRequests() {
        AgentPods pods = open();
        int before = cluster.calls().size();
        start(pods, "a", limits(9, 9));
        pods.connected("a", true);
        end(pods, "a");
        assertThat(
                cluster.calls().subList(before, cluster.calls().size()),
                contains("create Pod/ci/a", "create Secret/ci/a", "delete Pod/ci/a"));
    }

    @Test
    public void theSecretBelongsToThePod() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        KubeObject secret = cluster.get(new ObjectRef("v1", "Secret", NS, "a")).orElseThrow();
        assertThat(
                secret.text("metadata", "ownerReferences", 0, "uid"),
                is(cluster.get(ref("a")).map(KubeObject::uid)));
        assertThat(cluster.get(ref("a")).orElseThrow().fields().toString(), not(containsString("s3cr3t")));
    }

    @Test
    public void nothingIsLeftBehind() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        start(pods, "b", limits(9, 9));
        running("b");
        end(pods, "a");
        end(pods, "b");
        scheduler.advance(Duration.ofMinutes(10));
        pods.close();
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(cluster.openWatches(), is(0));
        assertThat(scheduler.pending(), is(0));
    }

    // ---- failures

    @Test
    public void anImageThatDoesNotExistEndsTheRequest() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        kubelet(
                "a",
                "node1",
                "{phase: Pending, containerStatuses: [{name: agent, state: {waiting: {reason: ErrImagePull, message:"
                        + " 'failed to resolve reference: reg/agent:1: not found'}}}]}");
        assertThat(log, hasItem(startsWith("a: ended: Could not start the agent pod: Pod/ci/a: ImageNotFound")));
        assertThat(exists("a"), is(false));
        assertThat(pods.views(), is(empty()));
        assertThat(rooms > 0, is(true));
    }

    @Test
    public void aMissingVolumeIsFoundFromEventsThatAreWatchedOnlyThen() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        kubelet(
                "a",
                "node1",
                "{phase: Pending, conditions: [{type: PodScheduled, status: 'True'}], containerStatuses:"
                        + " [{name: agent, state: {waiting: {reason: ContainerCreating}}}]}");
        assertThat(cluster.openWatches(), is(1));
        scheduler.advance(Duration.ofSeconds(6));
        assertThat(cluster.openWatches(), is(2));
        cluster.put(FakeObjects.parse("{apiVersion: v1, kind: Event, metadata: {name: e, namespace: ci}, reason:"
                + " FailedMount, message: 'MountVolume.SetUp failed for volume \"s\" : configmap \"absent\" not found',"
                + " involvedObject: {kind: Pod, name: a, namespace: ci}, count: 5, firstTimestamp:"
                + " '2026-01-01T00:00:01Z', lastTimestamp: '2026-01-01T00:00:06Z'}"));
        scheduler.advance(Duration.ofSeconds(30));
        assertThat(log.get(log.size() - 1), containsString("absent"));
        assertThat(exists("a"), is(false));
        assertThat(cluster.openWatches(), is(1));
    }

    @Test
    public void aFullClusterIsWaitedForAndSaidSo() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        cluster.status(
                ref("a"),
                FakeObjects.parse("{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason:"
                                + " Unschedulable, message: '0/1 nodes are available: 1 Insufficient cpu.',"
                                + " lastTransitionTime: '2026-01-01T00:00:00Z'}]}")
                        .fields());
        scheduler.advance(Duration.ofMinutes(14));
        assertThat(log, contains("a: Requested after 0", "a: waiting for Unschedulable"));
        scheduler.advance(Duration.ofMinutes(2));
        assertThat(log.get(2), startsWith("a: ended: Could not start the agent pod: Pod/ci/a: Unschedulable"));
    }

    @Test
    public void anAgentThatDoesNotCallIsEndedWithItsLog() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        running("a");
        cluster.logs(ref("a"), "agent", false, "java.net.UnknownHostException: ci.example.com");
        scheduler.advance(Duration.ofMinutes(4));
        assertThat(log.get(log.size() - 1), containsString("has not connected within 3 min 0 s"));
        assertThat(log.get(log.size() - 1), containsString("| java.net.UnknownHostException: ci.example.com"));
        assertThat(exists("a"), is(false));
    }

    @Test
    public void aRefusedPodIsExplained() {
        AgentPods pods = open();
        cluster.failNext(
                "create",
                new ReleaseException(new Problem(
                        Problem.Kind.REJECTED, "create", "Pod/ci/a", "exceeded quota: pods", "Ask for less")));
        start(pods, "a", limits(1, 1));
        assertThat(log, hasItem("a: ended, passing: Could not create: Pod/ci/a: exceeded quota: pods. Ask for less."));
        assertThat(pods.free(limits(1, 1)), is(1));
    }

    @Test
    public void aLostAnswerIsNoSecondPod() {
        AgentPods pods = open();
        pods.reserve("a", limits(1, 1));
        KubeObject made = pod("a", "pods", CONTROLLER);
        known.add("a");
        cluster.put(made);
        pods.start(new AgentRequest(made, "s3cr3t"), new Log("a"));
        scheduler.runDue();
        running("a");
        pods.connected("a", true);
        scheduler.runDue();
        assertThat(log, hasItem(startsWith("a: Idle")));
        assertThat(cluster.get(new ObjectRef("v1", "Secret", NS, "a")).isPresent(), is(true));
    }

    @Test
    public void aPodDeletedInTheMiddleOfABuildIsALoss() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        running("a");
        pods.connected("a", true);
        pods.busy("a", true);
        scheduler.runDue();
        cluster.put(cluster.get(ref("a"))
                .orElseThrow()
                .with("2026-01-01T00:00:09Z", "metadata", "deletionTimestamp")
                .with(
                        List.of(Map.of("type", "DisruptionTarget", "status", "True", "message", "node is drained")),
                        "status",
                        "conditions"));
        scheduler.runDue();
        assertThat(
                log,
                hasItem(startsWith("a: ended, passing, lost: Could not keep the agent: Pod/ci/a: the pod was deleted:"
                        + " node is drained")));
        assertThat(pods.views().size(), is(0));
    }

    @Test
    public void anEndThatWasAskedForIsNotTold() {
        AgentPods pods = open();
        start(pods, "a", limits(9, 9));
        running("a");
        end(pods, "a");
        assertThat(log, not(hasItem(containsString("ended"))));
    }

    @Test
    public void aFailedDeletionIsTriedAgain() {
        AgentPods pods = open();
        start(pods, "a", limits(1, 1));
        cluster.failNext(
                "delete",
                new ReleaseException(new Problem(Problem.Kind.UNREACHABLE, "delete", "Pod/ci/a", "no route", "")));
        end(pods, "a");
        assertThat(exists("a"), is(true));
        assertThat("its place is still taken", pods.free(limits(1, 1)), is(0));
        scheduler.advance(Duration.ofSeconds(16));
        assertThat(exists("a"), is(false));
        assertThat(pods.free(limits(1, 1)), is(1));
    }
}
