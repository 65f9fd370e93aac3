package io.jenkins.plugins.k8srollout.engine.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import org.junit.Test;

/** What a restart or a crash of the controller leaves, and whose it is. */
public class AgentPodsRestartTest extends AgentPodsFixture {
    // ---- restart and orphans

    @Test
    public void anAdoptedAgentGoesOn() {
        AgentPods first = open();
        start(first, "a", limits(2, 2));
        running("a");
        first.connected("a", true);
        scheduler.runDue();
        first.close();
        log.clear();
        AgentPods second = open();
        second.adopt("a", limits(2, 2), new Log("a"));
        scheduler.runDue();
        second.connected("a", true);
        scheduler.runDue();
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(log, contains("a: Connecting after 0", "a: Idle after 0"));
        assertThat(second.free(limits(2, 2)), is(1));
        assertThat(exists("a"), is(true));
    }

    @Test
    public void anAdoptedAgentWithoutPodIsEnded() {
        AgentPods pods = open();
        known.add("a");
        pods.adopt("a", limits(2, 2), new Log("a"));
        scheduler.runDue();
        assertThat(
                log, contains(startsWith("a: ended, passing: Could not start the agent pod: Pod/ci/a: the pod was")));
        assertThat(pods.views(), is(empty()));
    }

    @Test
    public void anAdoptedAgentThatDoesNotReturnIsEnded() {
        cluster.put(pod("a", "pods", CONTROLLER));
        running("a");
        known.add("a");
        AgentPods pods = open();
        pods.adopt("a", limits(2, 2), new Log("a"));
        scheduler.advance(Duration.ofMinutes(4));
        assertThat(log.get(log.size() - 1), containsString("has not connected"));
        assertThat(exists("a"), is(false));
    }

    @Test
    public void orphansAreRemovedAfterACrash() {
        AgentPods crashed = open();
        start(crashed, "orphan", limits(9, 9));
        start(crashed, "kept", limits(9, 9));
        known.remove("orphan");
        cluster.close();
        // The crashed one's clock stands still with it.
        ManualScheduler clock = new ManualScheduler(scheduler.now());
        AgentPods next =
                new AgentPods(AgentSettings.of(CONTROLLER, "next", NS), cluster, clock, known::contains, () -> rooms++);
        next.open();
        clock.runDue();
        assertThat("the crashed process may still live", exists("orphan"), is(true));
        clock.advance(LEASE);
        assertThat(exists("orphan"), is(false));
        assertThat(exists("kept"), is(true));
    }

    @Test
    public void aLeaseGivenBackIsTakenAtOnce() {
        open().close();
        cluster.put(pod("orphan", "pods", CONTROLLER));
        open();
        assertThat(exists("orphan"), is(false));
    }

    @Test
    public void aCopyOfTheControllerRemovesNothing() {
        AgentPods original = open();
        start(original, "a", limits(9, 9));
        AgentPods copy =
                new AgentPods(AgentSettings.of(CONTROLLER, "copy", NS), cluster, scheduler, name -> false, () -> {});
        copy.open();
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(exists("a"), is(true));
    }

    private AgentPods copy() {
        AgentPods copy =
                new AgentPods(AgentSettings.of(CONTROLLER, "copy", NS), cluster, scheduler, name -> false, () -> {});
        copy.open();
        scheduler.runDue();
        return copy;
    }

    @Test
    public void aCopyDoesNotSlipInWhileTheOriginalRestarts() {
        AgentPods original = open();
        start(original, "a", limits(9, 9));
        AgentPods copy = copy();
        scheduler.advance(Duration.ofMinutes(2));
        original.close();
        scheduler.advance(Duration.ofMinutes(20));
        assertThat("the original restarts", exists("a"), is(true));
        AgentPods again = open();
        cluster.put(pod("orphan", "pods", CONTROLLER));
        scheduler.advance(Duration.ofMinutes(1));
        assertThat("it has the lease at once", exists("orphan"), is(false));
        again.close();
        scheduler.advance(Duration.ofMinutes(31));
        assertThat("the original is gone for good", exists("a"), is(false));
        assertThat(copy.free(limits(9, 9)), is(9));
    }

    @Test
    public void aCopyLeavesTheOriginalsAgentsAlone() {
        AgentPods original = open();
        start(original, "a", limits(9, 9));
        running("a");
        original.connected("a", true);
        AgentPods copy = copy();
        copy.adopt("a", limits(9, 9), new Log("copied a"));
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(log.get(log.size() - 1), startsWith("copied a: ended"));
        assertThat(exists("a"), is(true));
        assertThat(copy.views(), is(empty()));
        assertThat(original.views().size(), is(1));
    }

    @Test
    public void anAdoptedAgentThatCameIsRemovedWithoutLease() {
        cluster.put(pod("a", "pods", CONTROLLER));
        open();
        AgentPods other = copy();
        other.adopt("a", limits(9, 9), new Log("a"));
        other.connected("a", true);
        other.end("a");
        scheduler.runDue();
        assertThat(exists("a"), is(false));
    }

    @Test
    public void aRoomOpenedAnewTakesItsOwnLeaseBack() {
        AgentSettings settings = AgentSettings.of(CONTROLLER, "same", NS);
        AgentPods old = new AgentPods(settings, cluster, scheduler, known::contains, () -> {});
        old.open();
        scheduler.runDue();
        AgentPods anew = new AgentPods(settings, cluster, scheduler, known::contains, () -> {});
        anew.open();
        scheduler.runDue();
        old.close();
        scheduler.advance(Duration.ofSeconds(31));
        cluster.put(pod("orphan", "pods", CONTROLLER));
        scheduler.advance(Duration.ofSeconds(16));
        assertThat(exists("orphan"), is(false));
    }

    @Test
    public void otherControllersPodsAreNotTouched() {
        cluster.put(pod("theirs", "pods", "decaf"));
        cluster.put(FakeObjects.parse("{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: ci}}"));
        AgentPods pods = open();
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(exists("theirs"), is(true));
        assertThat(exists("web"), is(true));
        assertThat("nor counted", pods.free(limits(1, 1)), is(1));
    }

    @Test
    public void aPodThatAppearsWithoutAgentIsRemoved() {
        open();
        cluster.put(pod("late", "pods", CONTROLLER));
        scheduler.advance(Duration.ofSeconds(16));
        assertThat(exists("late"), is(false));
    }

    @Test
    public void troubleIsToldAndPasses() {
        cluster.failNext(
                "watch",
                new ReleaseException(new Problem(Problem.Kind.NOT_PERMITTED, "list", "Pod", "not allowed", "Ask")));
        AgentPods pods = open();
        assertThat(pods.trouble().map(Problem::reason).orElse(""), is("not allowed"));
        assertThat(pods.reserve("a", limits(1, 1)), is(false));
        scheduler.advance(Duration.ofSeconds(11));
        assertThat(pods.trouble().isPresent(), is(false));
        assertThat(pods.reserve("a", limits(1, 1)), is(true));
    }
}
