package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.agent.AgentEnd;
import io.jenkins.plugins.k8srollout.engine.agent.AgentLimits;
import io.jenkins.plugins.k8srollout.engine.agent.AgentListener;
import io.jenkins.plugins.k8srollout.engine.agent.AgentPods;
import io.jenkins.plugins.k8srollout.engine.agent.AgentRequest;
import io.jenkins.plugins.k8srollout.engine.agent.AgentSettings;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentContainer;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodSpec;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Agents' pods and a real kubelet; the container is one that only runs, for an agent needs a Jenkins. */
public class AgentPodsClusterTest {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-agents");

    private static final String CONTROLLER = "e2e0123456789";
    private static final AgentLimits LIMITS = new AgentLimits("pods", 3, "t", 3);
    private static final long PATIENCE_SECONDS = 120;

    private static SystemScheduler scheduler;
    private static Fabric8Cluster cluster;

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch seen = new CountDownLatch(1);
    private AgentPods pods;

    @BeforeClass
    public static void connect() throws InterruptedException {
        var access = Testbed.access();
        Testbed.registry();
        scheduler = new SystemScheduler();
        cluster = Fabric8Cluster.open(access, scheduler, ProgressSink.NONE);
        Testbed.await(cluster, NAMESPACE.ref("v1", "ServiceAccount", "default"), account -> true);
    }

    @AfterClass
    public static void leave() {
        if (cluster != null) {
            cluster.close();
            scheduler.close();
        }
    }

    @Before
    public void open() throws InterruptedException {
        pods = new AgentPods(
                AgentSettings.of(CONTROLLER, "process", NAMESPACE.name()),
                cluster,
                scheduler,
                known::contains,
                seen::countDown);
        pods.open();
        assertThat(seen.await(PATIENCE_SECONDS, TimeUnit.SECONDS), is(true));
    }

    @After
    public void close() {
        pods.close();
        log.forEach(System.out::println);
    }

    private final class Log implements AgentListener {
        private final String until;
        private final CountDownLatch reached = new CountDownLatch(1);

        private Log(String until) {
            this.until = until;
        }

        private void add(String line) {
            log.add(line);
            if (line.startsWith(until)) {
                reached.countDown();
            }
        }

        @Override
        public void changed(AgentPodStatus status, Duration age) {
            add(status + " after " + age.toMillis() + " ms");
        }

        @Override
        public void waiting(Health.Cause cause) {
            add("waiting: " + cause.code());
        }

        @Override
        public void ended(AgentEnd end) {
            add("ended: " + end.problem().sentence());
        }

        private void await() throws InterruptedException {
            assertThat(log.toString(), reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS), is(true));
        }
    }

    private static KubeObject pod(String agent, String image) {
        return AgentPodFactory.pod(new AgentPodSpec(
                agent,
                new AgentOwner(CONTROLLER, "pods", "t"),
                NAMESPACE.name(),
                AgentContainer.of("agent", image),
                List.of(),
                Map.of(),
                "",
                List.of(),
                "/work",
                KubeObject.empty(),
                new AgentPodSpec.Connection("http://ci.example.com/", true, "")));
    }

    private static String image(String tag) {
        return Testbed.registry() + "/base/web:" + tag;
    }

    private void start(String agent, String image, AgentListener listener) {
        known.add(agent);
        assertThat(pods.reserve(agent, LIMITS), is(true));
        pods.start(new AgentRequest(pod(agent, image), "s3cr3t"), listener);
    }

    @Test
    public void aPodRunsAndGoesWithItsSecret() throws InterruptedException {
        Log told = new Log("Connecting");
        start("runs", image("1"), told);
        told.await();
        assertThat(log, hasItem(startsWith("Scheduled on ")));
        ObjectRef secret = NAMESPACE.ref("v1", "Secret", "runs");
        assertThat(cluster.get(secret).isPresent(), is(true));
        pods.end("runs");
        Testbed.awaitGone(cluster, AgentPodFactory.ref(NAMESPACE.name(), "runs"));
        Testbed.awaitGone(cluster, secret);
    }

    @Test
    public void anAbsentImageIsExplainedAndThePodRemoved() throws InterruptedException {
        Log told = new Log("ended");
        start("no-image", image("absent"), told);
        told.await();
        assertThat(log.get(log.size() - 1), containsString("ImageNotFound"));
        Testbed.awaitGone(cluster, AgentPodFactory.ref(NAMESPACE.name(), "no-image"));
    }

    @Test
    public void aDeletedPodIsALoss() throws InterruptedException {
        Log running = new Log("Connecting");
        start("deleted", image("1"), running);
        running.await();
        pods.connected("deleted", true);
        Log told = new Log("ended");
        pods.adopt("deleted", LIMITS, told);
        cluster.delete(AgentPodFactory.ref(NAMESPACE.name(), "deleted"));
        told.await();
        assertThat(log.get(log.size() - 1), containsString("the pod was deleted by somebody else"));
    }

    @Test
    public void anOrphanIsRemoved() throws InterruptedException {
        cluster.create(pod("orphan", image("1")));
        Testbed.awaitGone(cluster, AgentPodFactory.ref(NAMESPACE.name(), "orphan"));
    }
}
