package io.jenkins.plugins.k8srollout.engine.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** API servers that go away, come back, or do not answer. */
public class AgentPodsOutageTest extends AgentPodsFixture {
    private AgentPods atWork() {
        AgentPods pods = open();
        start(pods, "a", limits(2, 2));
        running("a");
        pods.connected("a", true);
        pods.busy("a", true);
        scheduler.runDue();
        return pods;
    }

    private void outage() {
        cluster.disconnectWatches();
        scheduler.advance(Duration.ofSeconds(30));
        cluster.reconnectWatches();
        scheduler.runDue();
    }

    private static ReleaseException unreachable() {
        return new ReleaseException(new Problem(Problem.Kind.UNREACHABLE, "get", "Pod/ci/a", "no route", ""));
    }

    @Test
    public void buildsSurviveAnyNumberOfOutages() {
        AgentPods pods = atWork();
        cluster.put(pod("elsewhere", "pods", CONTROLLER));
        known.add("elsewhere");
        int before = cluster.calls().size();
        outage();
        outage();
        outage();
        assertThat(
                "what the watch has shown is believed",
                cluster.calls().subList(before, cluster.calls().size()),
                not(hasItem(containsString("Pod"))));
        assertThat(log, not(hasItem(containsString("ended"))));
        assertThat(exists("a"), is(true));
        assertThat("both still count", pods.free(limits(2, 2)), is(0));
    }

    @Test
    public void orphansAreStillKnownAfterOutages() {
        known.add("b");
        cluster.put(pod("b", "pods", CONTROLLER));
        AgentPods pods = open();
        outage();
        outage();
        known.remove("b");
        scheduler.advance(Duration.ofSeconds(16));
        assertThat(exists("b"), is(false));
        assertThat(pods.free(limits(2, 2)), is(2));
    }

    @Test
    public void aPodThatAListDoesNotShowYetIsAskedFor() {
        AgentPods pods = open();
        cluster.silenceWatches(true);
        start(pods, "a", limits(2, 2));
        outage();
        assertThat(log, not(hasItem(containsString("ended"))));
        assertThat(cluster.calls(), hasItem("get Pod/ci/a"));
        assertThat(exists("a"), is(true));
        assertThat(pods.free(limits(2, 2)), is(1));
        cluster.silenceWatches(false);
        running("a");
        assertThat(log.get(log.size() - 1), containsString("Connecting"));
    }

    @Test
    public void aPodThatIsGoneAfterAnOutageIsALoss() {
        AgentPods pods = atWork();
        cluster.silenceWatches(true);
        cluster.remove(ref("a"));
        cluster.silenceWatches(false);
        cluster.failWatches("Pod", new IllegalStateException("gone"));
        cluster.failNext("get", unreachable());
        scheduler.advance(Duration.ofSeconds(11));
        assertThat("nothing is certain yet", log, not(hasItem(containsString("ended"))));
        scheduler.advance(Duration.ofSeconds(16));
        assertThat(log, hasItem(containsString("the pod was deleted by somebody else")));
        assertThat(pods.views(), is(empty()));
        assertThat(pods.free(limits(2, 2)), is(2));
    }

    @Test
    public void aPodThatWasNeverMadeIsNotRemoved() {
        AgentPods pods = open();
        cluster.failNext(
                "create",
                new ReleaseException(new Problem(
                        Problem.Kind.REJECTED, "create", "Pod/ci/a", "exceeded quota: pods", "Ask for less")));
        start(pods, "a", limits(1, 1));
        assertThat(cluster.calls(), not(hasItem("delete Pod/ci/a")));
        assertThat(pods.views(), is(empty()));
    }

    @Test
    public void aMissingNamespaceIsNoMatterOfReleases() {
        AgentPods pods = open();
        cluster.failNext(
                "create",
                new ReleaseException(new Problem(
                        Problem.Kind.NOT_FOUND,
                        "create",
                        "Pod/ci/a",
                        "the namespace ci does not exist",
                        "set createNamespace")));
        start(pods, "a", limits(1, 1));
        assertThat(log, hasItem(containsString("Create it in the cluster, or correct the configuration of the cloud")));
        assertThat(log, not(hasItem(containsString("createNamespace"))));
    }

    @Test
    public void aPodWhoseAnswerDidNotComeIsRemoved() {
        AgentPods pods = open();
        cluster.failNext("create", unreachable());
        start(pods, "a", limits(1, 1));
        assertThat(cluster.calls(), hasItem("delete Pod/ci/a"));
        assertThat(pods.views(), is(empty()));
    }

    @Test
    public void anAgentWhosePodWentWhileItWasMadeIsEnded() {
        AgentPods pods = open();
        pods.reserve("a", limits(1, 1));
        known.add("a");
        cluster.react("Pod", made -> cluster.remove(made.ref()));
        pods.start(new AgentRequest(pod("a", "pods", CONTROLLER), "s3cr3t"), new Log("a"));
        scheduler.runDue();
        assertThat(log, hasItem(containsString("ended")));
        assertThat(pods.free(limits(1, 1)), is(1));
    }

    /** A server that does not answer must make nothing late but the calls to it. */
    @Test
    public void noWorkerWaitsForTheCluster() {
        Watchful watchful = new Watchful();
        AgentPods pods =
                new AgentPods(AgentSettings.of(CONTROLLER, "p", NS), cluster, watchful, known::contains, () -> rooms++);
        cluster.put(pod("orphan", "pods", CONTROLLER));
        pods.open();
        scheduler.runDue();
        start(pods, "a", limits(9, 9));
        start(pods, "b", limits(9, 9));
        running("a");
        scheduler.advance(Duration.ofMinutes(4));
        cluster.failNext("delete", unreachable());
        end(pods, "b");
        outage();
        scheduler.advance(Duration.ofMinutes(4));
        assertThat(cluster.calls(), hasItem("logs Pod/ci/a agent"));
        assertThat(exists("a") || exists("b") || exists("orphan"), is(false));
        assertThat(watchful.waited, is(empty()));
    }

    /** Sees which calls are made on workers, whose tasks must not wait; to watch is no call that waits. */
    private final class Watchful implements Scheduler {
        final List<String> waited = new ArrayList<>();

        @Override
        public Instant now() {
            return scheduler.now();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return scheduler.after(delay, () -> {
                int before = cluster.calls().size();
                task.run();
                List<String> made = cluster.calls();
                made.subList(before, made.size()).stream()
                        .filter(call -> !call.startsWith("watch "))
                        .forEach(waited::add);
            });
        }

        @Override
        public Cancellable offload(Runnable task) {
            return scheduler.after(Duration.ZERO, task);
        }
    }
}
