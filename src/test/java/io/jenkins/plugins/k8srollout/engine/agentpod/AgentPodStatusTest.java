package io.jenkins.plugins.k8srollout.engine.agentpod;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus.Facts;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** From the pod as a kubelet shows it, and what the controller knows, to a state. */
public class AgentPodStatusTest {
    private static final String BASE =
            "{kind: Pod, metadata: {name: a}, spec: {containers: [{name: agent, image: i}]}}";
    private static final Facts CONNECTED = new Facts(true, true, false);
    private static final Facts FREE = new Facts(true, false, false);
    private static final Facts ENDING = new Facts(false, false, true);

    private static KubeObject pod(String status) {
        return FakeObjects.parse(BASE).with(FakeObjects.parse(status).fields(), "status");
    }

    private static KubeObject onNode(String status) {
        return pod(status).with("node1", "spec", "nodeName");
    }

    private static String container(String state) {
        return "{phase: Pending, containerStatuses: [{name: agent, state: " + state + "}]}";
    }

    private static String of(KubeObject pod, Facts facts) {
        return AgentPodStatus.of(Optional.ofNullable(pod), facts).toString();
    }

    @Test
    public void goesThroughItsStates() {
        KubeObject running = onNode("{phase: Running, containerStatuses: [{name: agent, state: {running: {}}}]}");
        assertThat(of(null, Facts.NONE), is("Requested"));
        assertThat(of(pod("{phase: Pending}"), Facts.NONE), is("Requested"));
        assertThat(of(onNode("{phase: Pending}"), Facts.NONE), is("Scheduled on node1"));
        assertThat(of(onNode(container("{waiting: {reason: ContainerCreating}}")), Facts.NONE), is("Pulling i"));
        assertThat(of(running, Facts.NONE), is("Connecting"));
        assertThat(of(running, CONNECTED), is("Online"));
        assertThat(of(running, FREE), is("Idle"));
        assertThat(of(running, ENDING), is("Terminating"));
    }

    @Test
    public void anAgentThatIsConnectedBeforeItsPodIsSeenIsOnline() {
        assertThat(of(null, CONNECTED), is("Online"));
    }

    @Test
    public void onlyTheAgentsOwnContainerCounts() {
        KubeObject sidecar = onNode("{phase: Pending, containerStatuses: [{name: db, state: {running: {}}},"
                + " {name: agent, state: {waiting: {}}}]}");
        assertThat(of(sidecar, Facts.NONE), is("Pulling i"));
        KubeObject sidecarEnded = onNode("{phase: Running, containerStatuses: [{name: agent, state: {running: {}}},"
                + " {name: db, state: {terminated: {exitCode: 1}}}]}");
        assertThat(of(sidecarEnded, CONNECTED), is("Online"));
    }

    @Test
    public void saysWhyItHasFailed() {
        assertThat(
                of(onNode("{phase: Failed, reason: Evicted, message: low on memory}"), CONNECTED),
                is("Failed Evicted: low on memory"));
        assertThat(
                of(onNode(container("{terminated: {exitCode: 3, message: no such host}}")), Facts.NONE),
                is("Failed the agent's container ended with exit code 3: no such host"));
        assertThat(
                of(onNode(container("{terminated: {exitCode: 137, reason: OOMKilled}}")), CONNECTED),
                is("Failed the agent's container was killed for using more memory than its limit"));
        assertThat(of(pod("{phase: Succeeded}"), Facts.NONE), is("Failed the pod has ended"));
    }

    @Test
    public void anEndThatWasAskedForIsNoFailure() {
        assertThat(of(onNode("{phase: Failed, reason: Error}"), ENDING), is("Terminating"));
    }

    @Test
    public void deletionByOthersIsSeen() {
        KubeObject deleted = onNode("{phase: Running}").with("2026-01-01T00:00:00Z", "metadata", "deletionTimestamp");
        assertThat(of(deleted, CONNECTED), is("Terminating"));
    }

    @Test
    public void everyCombinationHasOneState() {
        List<String> phases = List.of("", "Pending", "Running", "Succeeded", "Failed", "Unknown", "Nonsense");
        List<String> states = List.of("{}", "{waiting: {}}", "{running: {}}", "{terminated: {}}", "{waiting: null}");
        for (String phase : phases) {
            for (String state : states) {
                for (int bits = 0; bits < 16; bits++) {
                    Facts facts = new Facts((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0);
                    KubeObject shown =
                            pod("{phase: '" + phase + "', containerStatuses: [{name: agent, state: " + state + "}]}");
                    AgentPodStatus status = AgentPodStatus.of(
                            Optional.of((bits & 8) > 0 ? shown.with("n", "spec", "nodeName") : shown), facts);
                    boolean ended = phase.equals("Failed") || phase.equals("Succeeded");
                    if (facts.ending()) {
                        assertThat(status.state(), is(AgentPodState.TERMINATING));
                    } else if (ended) {
                        assertThat(status.state(), is(AgentPodState.FAILED));
                    } else if (facts.connected() && !status.state().isOver()) {
                        assertThat(status.state(), anyOf(is(AgentPodState.ONLINE), is(AgentPodState.IDLE)));
                    }
                }
            }
        }
    }
}
