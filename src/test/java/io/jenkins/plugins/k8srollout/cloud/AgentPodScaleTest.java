package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.Jenkins;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/**
 * Many builds at once on real Jenkins, its pods in a cluster in memory: a kubelet of the test's own marks each pod running
 * and connects an agent to Jenkins in this process.
 */
public class AgentPodScaleTest {
    private static final int BUILDS = 50;
    private static final int CAP = 20;

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    private final FakeCluster cluster = new FakeCluster();
    private final ExecutorService kubelets = Executors.newCachedThreadPool();
    private final AtomicInteger most = new AtomicInteger();
    // A pod is removed a moment after its agent.
    private final CountDownLatch noPods = new CountDownLatch(1);

    @After
    public void stop() {
        kubelets.shutdownNow();
    }

    /** Queue to online, as each agent connects. */
    @TestExtension
    public static class Times extends hudson.slaves.ComputerListener {
        private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void preOnline(
                Computer c, hudson.remoting.Channel channel, hudson.FilePath root, TaskListener listener) {
            if (c instanceof AgentPodComputer own && own.getNode() != null) {
                millis.add(System.currentTimeMillis() - own.getNode().queuedAt());
            }
        }
    }

    @Test
    public void fiftyBuildsOnTwentyPods() throws Exception {
        AgentPodCloud cloud = new AgentPodCloud("pods");
        cloud.setMaxPods(CAP);
        cloud.setTemplates(List.of(new AgentPodTemplate("pod", "reg/agent:1")));
        cluster.react("Pod", this::kubelet);
        AgentRooms.get().use(cloud, "ci", cluster);
        Jenkins.get().clouds.replaceBy(List.of(cloud));
        Jenkins.get().save();
        int threads = Thread.activeCount();
        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < BUILDS; i++) {
            FreeStyleProject project = jenkins.createFreeStyleProject();
            project.setAssignedLabel(Label.get("pod"));
            builds.add(project.scheduleBuild2(0));
        }
        for (Future<FreeStyleBuild> build : builds) {
            jenkins.assertBuildStatusSuccess(build);
        }
        jenkins.waitUntilNoActivity();
        awaitNoAgents();
        cluster.watch(Selection.of("v1", "Pod", "ci"), new LastPod());
        assertThat("no orphan", noPods.await(2, TimeUnit.MINUTES), is(true));
        List<Long> times =
                new ArrayList<>(Jenkins.get().getExtensionList(Times.class).get(0).millis);
        Collections.sort(times);
        long requests = cluster.calls().stream()
                .filter(c -> c.matches("(create|delete|get|patch) (Pod|Secret|Event).*"))
                .count();
        System.out.printf(
                "%d builds, cap %d: most pods at a time %d, agents %d, queue to online median %d ms, p95 %d ms,"
                        + " %.2f requests per agent, threads before %d and after %d%n",
                BUILDS,
                CAP,
                most.get(),
                times.size(),
                times.get(times.size() / 2),
                times.get(times.size() * 95 / 100),
                requests / (double) times.size(),
                threads,
                Thread.activeCount());
        assertThat(most.get(), is(lessThanOrEqualTo(CAP)));
        assertThat("no pod too many", times.size(), is(lessThan(BUILDS + CAP)));
    }

    private final class LastPod implements WatchListener {
        @Override
        public void changed(KubeObject pod) {
            // one more to wait for
        }

        @Override
        public void deleted(KubeObject pod) {
            synced();
        }

        @Override
        public void synced() {
            if (pods() == 0) {
                noPods.countDown();
            }
        }

        @Override
        public void failed(RuntimeException reason) {
            throw new AssertionError("the watch failed", reason);
        }
    }

    private int pods() {
        return cluster.list(Selection.of("v1", "Pod", "ci")).size();
    }

    // Told by Jenkins each time an agent is gone.
    private void awaitNoAgents() throws InterruptedException {
        for (Node node : Jenkins.get().getNodes()) {
            Computer computer = node.toComputer();
            if (computer != null) {
                computer.waitUntilOffline();
            }
        }
    }

    private void kubelet(KubeObject pod) {
        if (pod.has("spec", "nodeName")) {
            return; // our own word
        }
        most.accumulateAndGet(pods(), Math::max);
        kubelets.submit(() -> {
            cluster.put(pod.with("node1", "spec", "nodeName")
                    .with(
                            FakeObjects.parse("{phase: Running, containerStatuses: [{name: agent, ready: true, state:"
                                            + " {running: {}}}]}")
                                    .fields(),
                            "status"));
            AgentCluster.connect(pod.name(), kubelets);
            return null;
        });
    }
}
