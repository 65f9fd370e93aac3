package io.jenkins.plugins.k8srollout.cloud;

import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.slaves.SlaveComputer;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.rules.ExternalResource;

/** A cluster in memory for real Jenkins: the test is its kubelet, and connects agents that live in this process. */
final class AgentCluster extends ExternalResource {
    static final String NAMESPACE = "ci";
    private static final long PATIENCE_SECONDS = 120;

    final FakeCluster cluster = new FakeCluster();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<String> made = new LinkedBlockingQueue<>();

    @Override
    protected void after() {
        threads.shutdownNow();
    }

    /** Configures a cloud of this cluster, beside those that are there. */
    AgentPodCloud configure(String name, AgentPodTemplate... templates) throws IOException {
        cluster.react("Pod", pod -> {
            if (!pod.has("spec", "nodeName")) {
                made.add(pod.name());
            }
        });
        AgentPodCloud cloud = new AgentPodCloud(name);
        cloud.setNamespace(NAMESPACE);
        cloud.setJenkinsUrl("http://ci.example.com/");
        cloud.setTemplates(List.of(templates));
        if (AgentPodCloud.ours().findAny().isEmpty()) {
            AgentRooms.get().use(cloud, NAMESPACE, cluster);
        }
        Jenkins.get().clouds.add(cloud);
        Jenkins.get().save();
        return cloud;
    }

    static AgentPodTemplate template(String name, String labels) {
        AgentPodTemplate template = new AgentPodTemplate(name, "reg/agent:1");
        template.setLabel(labels);
        return template;
    }

    /** The agent of the next pod that is made. */
    String nextPod() throws InterruptedException {
        String pod = made.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (pod == null) {
            throw new AssertionError("no pod was asked for: " + cluster.calls());
        }
        return pod;
    }

    /** How many pods have been asked for that {@link #nextPod} has not told. */
    int untold() {
        return made.size();
    }

    ObjectRef ref(String agent) {
        return new ObjectRef("v1", "Pod", NAMESPACE, agent);
    }

    int pods() {
        return cluster.list(Selection.of("v1", "Pod", NAMESPACE)).size();
    }

    void kubelet(String agent, String status) {
        KubeObject pod = cluster.get(ref(agent)).orElseThrow();
        cluster.put(pod.with("node1", "spec", "nodeName")
                .with(FakeObjects.parse(status).fields(), "status"));
    }

    /** Lets the pod run and its agent connect; returns when Jenkins has it online. */
    void connect(String agent) throws IOException, InterruptedException {
        kubelet(agent, "{phase: Running, containerStatuses: [{name: agent, ready: true, state: {running: {}}}]}");
        connect(agent, threads);
        Jenkins.get().getComputer(agent).waitUntilOnline();
    }

    /**
     * Connects an agent that lives in this process. Over sockets: pipes between threads break when a thread that has
     * written ends.
     */
    static void connect(String agent, ExecutorService threads) throws IOException, InterruptedException {
        SlaveComputer computer = (SlaveComputer) Jenkins.get().getComputer(agent);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket there = new Socket(server.getInetAddress(), server.getLocalPort());
            Socket here = server.accept();
            threads.submit(() -> new ChannelBuilder("agent " + agent, threads)
                    .withMode(Channel.Mode.BINARY)
                    .build(there.getInputStream(), there.getOutputStream()));
            computer.setChannel(here.getInputStream(), here.getOutputStream(), StreamTaskListener.fromStdout(), null);
        }
    }
}
