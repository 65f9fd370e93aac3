package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    private static final int MANY = 200;
    private static final Selection PODS = Selection.of("v1", "Pod", "ci");
    // Timer, workers and callers of the two schedulers, and the pool for what blocks.
    private static final long OURS = 2 * (1 + 8 + 24) + 20;

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    private final FakeCluster cluster = new FakeCluster();
    private final ExecutorService kubelets = Executors.newCachedThreadPool();
    private final AtomicInteger most = new AtomicInteger();

    @After
    public void stop() {
        kubelets.shutdownNow();
    }

    @TestExtension
    public static class Times extends AgentTimes {}

    @Test
    public void fiftyBuildsOnTwentyPods() throws Exception {
        configure();
        build(BUILDS);
        AgentTimes times = Jenkins.get().getExtensionList(Times.class).get(0);
        long requests = cluster.calls().stream()
                .filter(c -> c.matches("(create|delete|get|patch) (Pod|Secret|Event).*"))
                .count();
        System.out.printf("%d builds, cap %d: most pods at a time %d%n", BUILDS, CAP, most.get());
        System.out.println(times.report(CAP));
        System.out.printf("%.2f requests per agent%n", requests / (double) times.agents());
        assertThat(most.get(), is(lessThanOrEqualTo(CAP)));
        // On a machine that is busy, an agent may be made for a build that has just got another's.
        assertThat("hardly a pod too many", times.agents(), is(lessThanOrEqualTo(BUILDS + BUILDS / 10)));
    }

    @Test
    public void agentsThatHaveGoneLeaveNoThreads() throws Exception {
        configure();
        build(CAP); // what is made once
        Map<String, Long> before = AgentPodLoadTest.threads();
        build(MANY);
        AgentTimes times = Jenkins.get().getExtensionList(Times.class).get(0);
        Map<String, Long> after = AgentPodLoadTest.threads();
        System.out.printf(
                "%d agents, cap %d: threads before %d and after %d%nbefore %s%nafter %s%n",
                times.agents() - CAP, CAP, sum(before), sum(after), before, after);
        assertThat("not one for each", sum(after) - sum(before), is(lessThan(MANY / 4L)));
        assertThat("ours", ours(after), is(lessThanOrEqualTo(OURS)));
    }

    private void configure() throws IOException {
        AgentPodCloud cloud = new AgentPodCloud("pods");
        cloud.setMaxPods(CAP);
        cloud.setTemplates(List.of(new AgentPodTemplate("pod", "reg/agent:1")));
        cluster.react("Pod", this::kubelet);
        AgentRooms.get().use(cloud, "ci", cluster);
        Jenkins.get().clouds.replaceBy(List.of(cloud));
        Jenkins.get().save();
    }

    /** Makes as many builds at once, and returns when all are done and their agents have gone. */
    private void build(int count) throws Exception {
        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FreeStyleProject project = jenkins.createFreeStyleProject();
            project.setAssignedLabel(Label.get("pod"));
            builds.add(project.scheduleBuild2(0));
        }
        for (Future<FreeStyleBuild> build : builds) {
            jenkins.assertBuildStatusSuccess(build);
        }
        jenkins.waitUntilNoActivity();
        AgentTestbed.await(cluster, PODS, Map::isEmpty);
    }

    private static long sum(Map<String, Long> threads) {
        return threads.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long ours(Map<String, Long> threads) {
        return threads.entrySet().stream()
                .filter(t -> t.getKey().startsWith("k8s-rollout") || t.getKey().startsWith("Kubernetes Rollout"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private int pods() {
        return cluster.list(PODS).size();
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
