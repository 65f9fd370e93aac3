package io.jenkins.plugins.k8srollout.engine.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Never more agents than allowed. */
public class AgentPodsCapTest extends AgentPodsFixture {
    // ---- caps

    @Test
    public void capsHoldForCloudAndTemplate() {
        AgentPods pods = open();
        assertThat(start(pods, "a", limits(3, 2)), is(true));
        assertThat(start(pods, "b", limits(3, 2)), is(true));
        assertThat("template", start(pods, "c", limits(3, 2)), is(false));
        assertThat(pods.reserve("d", new AgentLimits("pods", 3, "node", 2)), is(true));
        assertThat("cloud", pods.reserve("e", new AgentLimits("pods", 3, "node", 2)), is(false));
        assertThat("another cloud", pods.reserve("f", new AgentLimits("other", 3, "node", 2)), is(true));
    }

    @Test
    public void aPlaceIsFreeOnlyWhenThePodIsGone() {
        AgentPods pods = open();
        start(pods, "a", limits(1, 1));
        KubeObject shown = cluster.get(ref("a")).orElseThrow();
        end(pods, "a");
        assertThat(pods.free(limits(1, 1)), is(1));
        start(pods, "b", limits(1, 1));
        // A kubelet lets a deleted pod linger.
        cluster.put(shown.with("2026-01-01T00:00:09Z", "metadata", "deletionTimestamp"));
        scheduler.runDue();
        end(pods, "b");
        assertThat(pods.reserve("c", limits(1, 1)), is(false));
        cluster.remove(ref("a"));
        scheduler.runDue();
        assertThat(pods.reserve("c", limits(1, 1)), is(true));
    }

    @Test
    public void nothingIsReservedBeforeTheClusterIsSeen() {
        cluster.put(pod("old", "pods", CONTROLLER));
        known.add("old");
        AgentPods pods = new AgentPods(
                AgentSettings.of(CONTROLLER, "p", NS), cluster, scheduler, known::contains, () -> rooms++);
        pods.open();
        assertThat(pods.reserve("a", limits(2, 2)), is(false));
        scheduler.runDue();
        assertThat("room is told when the cluster is seen", rooms, is(1));
        assertThat(pods.free(limits(2, 2)), is(1));
        assertThat(pods.reserve("a", limits(2, 2)), is(true));
        assertThat(pods.reserve("b", limits(2, 2)), is(false));
    }

    @Test
    public void capsHoldWhateverHappens() {
        Random random = new Random(7);
        AgentLimits limits = limits(20, 20);
        AgentPods pods = open();
        List<String> alive = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            String agent = "a" + i;
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> {
                    if (start(pods, agent, limits)) {
                        alive.add(agent);
                    }
                }
                case 3 -> {
                    if (!alive.isEmpty()) {
                        end(pods, alive.remove(random.nextInt(alive.size())));
                    }
                }
                case 4 -> {
                    if (!alive.isEmpty()) {
                        cluster.remove(ref(alive.remove(random.nextInt(alive.size()))));
                        scheduler.runDue();
                    }
                }
                case 5 ->
                    cluster.failNext(
                            random.nextBoolean() ? "create" : "delete",
                            new ReleaseException(new Problem(Problem.Kind.UNREACHABLE, "x", "y", "z", "")));
                default -> {
                    cluster.failWatches("Pod", new IllegalStateException("gone"));
                    scheduler.advance(Duration.ofSeconds(random.nextInt(20)));
                }
            }
            assertThat(pods(), is(lessThanOrEqualTo(20L)));
        }
        pods.views().forEach(v -> end(pods, v.agent()));
        known.clear();
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(pods(), is(0L));
        assertThat(pods.free(limits), is(20));
    }
}
