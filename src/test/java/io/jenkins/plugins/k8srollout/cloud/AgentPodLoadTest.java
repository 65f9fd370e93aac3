package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.Assume.assumeThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.tasks.Shell;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.recipes.WithTimeout;

/** More builds at once than agents may be, on pods of a real kubelet. */
public class AgentPodLoadTest {
    private static final int BUILDS = 50;
    private static final int CAP = 20;
    private static final Set<String> REQUESTS = Set.of("create", "delete", "get", "patch", "list", "logs");

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    private final Map<String, AtomicInteger> calls = new ConcurrentSkipListMap<>();

    @TestExtension
    public static class Times extends AgentTimes {}

    @Test
    @WithTimeout(1200) // 50 JVMs on two busy cores
    public void fiftyBuildsOnTwentyPods() throws Exception {
        // Twenty JVMs at a time: a measurement for an idle machine, and far too much for a busy one (issue 3).
        assumeThat("set AGENT_LOAD=1 to measure", System.getenv("AGENT_LOAD"), is(notNullValue()));
        AgentPodTemplate template = testbed.configure(jenkins, counted(testbed.port()));
        template.setEnv("JAVA_OPTS=-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        template.setRequests("cpu=10m, memory=64Mi");
        AgentPodCloud.named("pods").orElseThrow().setMaxPods(CAP);
        Supplier<Integer> most = testbed.countPods();
        Map<String, Long> before = threads();
        long begin = System.nanoTime();
        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < BUILDS; i++) {
            FreeStyleProject project = jenkins.createFreeStyleProject();
            project.setAssignedLabel(Label.get("pod"));
            project.getBuildersList().add(new Shell("echo on $(hostname)"));
            builds.add(project.scheduleBuild2(0));
        }
        for (Future<FreeStyleBuild> build : builds) {
            jenkins.assertLogContains("on pod-", jenkins.assertBuildStatusSuccess(build));
        }
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        testbed.awaitNoPods();
        jenkins.waitUntilNoActivity();
        AgentTimes times = Jenkins.get().getExtensionList(Times.class).get(0);
        System.out.printf("%d builds, cap %d, in %d s: most pods at a time %d%n", BUILDS, CAP, seconds, most.get());
        System.out.println(times.report(CAP));
        System.out.printf("calls %s: %.2f per agent%n", calls, requests() / (double) times.agents());
        System.out.printf("threads before %s%nand after %s%n", before, threads());
        assertThat(most.get(), is(lessThanOrEqualTo(CAP)));
        assertThat("no pod too many", times.agents(), is(lessThan(BUILDS + CAP)));
        assertThat("no agent is left", Jenkins.get().getNodes(), hasSize(0));
    }

    private long requests() {
        return calls.entrySet().stream()
                .filter(c -> REQUESTS.contains(c.getKey()))
                .mapToLong(c -> c.getValue().get())
                .sum();
    }

    /** The same cluster; what is asked of it is counted. */
    private ClusterPort counted(ClusterPort port) {
        return (ClusterPort) Proxy.newProxyInstance(
                ClusterPort.class.getClassLoader(), new Class<?>[] {ClusterPort.class}, (proxy, method, args) -> {
                    calls.computeIfAbsent(method.getName(), m -> new AtomicInteger())
                            .incrementAndGet();
                    try {
                        return method.invoke(port, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** How many there are, by the beginning of their names. */
    static Map<String, Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(t -> t.getName().replaceAll("[ \\[#(:-]+[0-9].*", ""))
                .collect(Collectors.groupingBy(n -> n, TreeMap::new, Collectors.counting()));
    }
}
