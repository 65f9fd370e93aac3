package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentContainer;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodSpec;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Agents against a cluster in memory whose kubelet is the test. */
abstract class AgentPodsFixture {
    static final String CONTROLLER = "c0ffee";
    static final String NS = "ci";
    static final Duration LEASE = Duration.ofSeconds(61);

    final ManualScheduler scheduler = new ManualScheduler();
    final FakeCluster cluster = new FakeCluster();
    final Set<String> known = new HashSet<>();
    final List<String> log = new ArrayList<>();
    int rooms;

    AgentPods open() {
        AgentPods pods = new AgentPods(
                AgentSettings.of(CONTROLLER, "process-" + log.size() + rooms, NS),
                cluster,
                scheduler,
                known::contains,
                () -> rooms++);
        pods.open();
        scheduler.runDue();
        return pods;
    }

    final class Log implements AgentListener {
        private final String agent;

        Log(String agent) {
            this.agent = agent;
        }

        @Override
        public void changed(AgentPodStatus status, Duration age) {
            log.add(agent + ": " + status + " after " + age.toMillis());
        }

        @Override
        public void waiting(Health.Cause cause) {
            log.add(agent + ": waiting for " + cause.code());
        }

        @Override
        public void ended(AgentEnd end) {
            log.add(agent + ": ended" + (end.passing() ? ", passing" : "") + (end.wasConnected() ? ", lost" : "") + ": "
                    + end.problem().sentence());
        }
    }

    static AgentLimits limits(int cloud, int template) {
        return new AgentLimits("pods", cloud, "maven", template);
    }

    static KubeObject pod(String agent, String cloud, String controller) {
        return AgentPodFactory.pod(new AgentPodSpec(
                agent,
                new AgentOwner(controller, cloud, "maven"),
                NS,
                AgentContainer.of("agent", "reg/agent:1"),
                List.of(),
                Map.of(),
                "",
                List.of(),
                "/home/jenkins/agent",
                KubeObject.empty(),
                new AgentPodSpec.Connection("https://ci.example.com/", true, "")));
    }

    static ObjectRef ref(String agent) {
        return new ObjectRef("v1", "Pod", NS, agent);
    }

    boolean start(AgentPods pods, String agent, AgentLimits limits) {
        if (!pods.reserve(agent, limits)) {
            return false;
        }
        known.add(agent);
        pods.start(new AgentRequest(pod(agent, limits.cloud(), CONTROLLER), "s3cr3t"), new Log(agent));
        scheduler.runDue();
        return true;
    }

    void end(AgentPods pods, String agent) {
        known.remove(agent);
        pods.end(agent);
        scheduler.runDue();
    }

    void kubelet(String agent, String node, String status) {
        KubeObject shown = cluster.get(ref(agent)).orElseThrow();
        cluster.put(shown.with(node, "spec", "nodeName")
                .with(FakeObjects.parse(status).fields(), "status"));
        scheduler.runDue();
    }

    void running(String agent) {
        kubelet(
                agent,
                "node1",
                "{phase: Running, containerStatuses: [{name: agent, ready: true, state: {running: {}}}]}");
    }

    boolean exists(String agent) {
        return cluster.get(ref(agent)).isPresent();
    }

    long pods() {
        return cluster.list(Selection.of("v1", "Pod", NS)).size();
    }

    // ---- a life
}
