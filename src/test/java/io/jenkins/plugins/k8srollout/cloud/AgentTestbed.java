package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.Matchers.notNullValue;
import static org.junit.Assume.assumeThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.junit.rules.ExternalResource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * A real cluster whose pods can reach the Jenkins of the test, where there is one; else the test is skipped. {@code
 * TESTBED_EXPOSE} names the program that makes a port of this machine reachable for pods.
 */
final class AgentTestbed extends ExternalResource {
    private static final long PATIENCE_SECONDS = 180;

    private String namespace = "";
    private SystemScheduler scheduler;
    private ClusterPort port;
    private final List<Process> exposing = new ArrayList<>();
    private final List<Cancellable> watches = new ArrayList<>();

    @Override
    protected void before() throws IOException, InterruptedException {
        assumeThat("KUBECONFIG", System.getenv("KUBECONFIG"), notNullValue());
        assumeThat("REGISTRY", System.getenv("REGISTRY"), notNullValue());
        assumeThat("TESTBED_EXPOSE", System.getenv("TESTBED_EXPOSE"), notNullValue());
        namespace = "agents-" + UUID.randomUUID().toString().substring(0, 8);
        scheduler = new SystemScheduler();
        port = Fabric8Cluster.open(ClusterAccess.kubeconfigText(kubeconfig(), ""), scheduler, ProgressSink.NONE);
        port.create(
                KubeObject.of(Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", namespace))));
        // Made by a controller a moment later; before that no pod can be.
        await("ServiceAccount", accounts -> accounts.containsKey("default"));
    }

    @Override
    protected void after() {
        exposing.forEach(Process::destroy);
        watches.forEach(Cancellable::cancel);
        if (port != null) {
            port.delete(new ObjectRef("v1", "Namespace", "", namespace));
            port.close();
            scheduler.close();
        }
    }

    private static String kubeconfig() throws IOException {
        return Files.readString(Path.of(System.getenv("KUBECONFIG")));
    }

    /** That of {@code docker/agent}, built by our own builder. */
    static String image() {
        String image = System.getenv("AGENT_IMAGE");
        return image == null ? System.getenv("REGISTRY") + "/base/agent:1" : image;
    }

    String namespace() {
        return namespace;
    }

    ClusterPort port() {
        return port;
    }

    /** Configures the cluster and a cloud with one template of the label {@code pod}. */
    AgentPodTemplate configure(JenkinsRule jenkins) throws IOException {
        return configure(namespace, expose(jenkins.getURL().getPort()) + "jenkins/", Optional.empty());
    }

    /** As {@link #configure(JenkinsRule)}, but the agents' pods are asked for by way of this. */
    AgentPodTemplate configure(JenkinsRule jenkins, ClusterPort way) throws IOException {
        return configure(namespace, expose(jenkins.getURL().getPort()) + "jenkins/", Optional.of(way));
    }

    /**
     * As {@link #configure(JenkinsRule)}, in the Jenkins of this process.
     *
     * @param jenkinsUrl where pods find it
     */
    static AgentPodTemplate configure(String namespace, String jenkinsUrl) throws IOException {
        return configure(namespace, jenkinsUrl, Optional.empty());
    }

    private static AgentPodTemplate configure(String namespace, String jenkinsUrl, Optional<ClusterPort> way)
            throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new FileCredentialsImpl(
                        CredentialsScope.GLOBAL,
                        "kubeconfig",
                        "",
                        "kubeconfig",
                        SecretBytes.fromBytes(kubeconfig().getBytes(StandardCharsets.UTF_8))));
        SystemCredentialsProvider.getInstance().save();
        ClusterTarget target = new ClusterTarget("testbed");
        target.setCredentialsId("kubeconfig");
        KubernetesRolloutConfiguration.get().setClusters(List.of(target));
        AgentPodTemplate template = new AgentPodTemplate("pod", image());
        AgentPodCloud cloud = new AgentPodCloud("pods");
        cloud.setNamespace(namespace);
        cloud.setMaxPods(5);
        cloud.setJenkinsUrl(jenkinsUrl);
        cloud.setTemplates(List.of(template));
        way.ifPresent(w -> AgentRooms.get().use(cloud, namespace, w));
        Jenkins.get().clouds.replaceBy(List.of(cloud));
        Jenkins.get().save();
        return template;
    }

    /** Lets pods reach a port of this machine until the test is over; returns the URL for them. */
    String expose(int portHere) throws IOException {
        Process process = new ProcessBuilder(System.getenv("TESTBED_EXPOSE"), String.valueOf(portHere))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        exposing.add(process);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return lines.readLine();
    }

    /** The most pods that there have been at a time since the call. */
    Supplier<Integer> countPods() {
        AtomicInteger most = new AtomicInteger();
        Pods pods = new Pods(shown -> {
            most.accumulateAndGet(shown.size(), Math::max);
            return false;
        });
        watches.add(port.watch(Selection.of("v1", "Pod", namespace), pods));
        return most::get;
    }

    /** Waits until no agent pod is left. */
    void awaitNoPods() throws InterruptedException {
        await(pods -> pods.values().stream().noneMatch(p -> p.labels().containsKey(AgentOwner.AGENT)));
    }

    /** What an agent's container has written so far. */
    String agentLog(String agent) {
        return String.join(
                "\n", port.logs(AgentPodFactory.ref(namespace, agent), AgentPodFactory.AGENT_CONTAINER, false, 200));
    }

    /** Waits until the pods of the namespace, by name, are as wanted. */
    void await(Predicate<Map<String, KubeObject>> wanted) throws InterruptedException {
        await("Pod", wanted);
    }

    private void await(String kind, Predicate<Map<String, KubeObject>> wanted) throws InterruptedException {
        await(port, Selection.of("v1", kind, namespace), wanted);
    }

    /** Waits until what is selected, by name, is as wanted. */
    static void await(ClusterPort port, Selection selection, Predicate<Map<String, KubeObject>> wanted)
            throws InterruptedException {
        Pods pods = new Pods(wanted);
        Cancellable watch = port.watch(selection, pods);
        try {
            if (!pods.reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("there are " + pods.shown.keySet());
            }
        } finally {
            watch.cancel();
        }
    }

    private static final class Pods implements WatchListener {
        private final Predicate<Map<String, KubeObject>> wanted;
        private final Map<String, KubeObject> shown = new HashMap<>();
        private final CountDownLatch reached = new CountDownLatch(1);
        private boolean synced;

        private Pods(Predicate<Map<String, KubeObject>> wanted) {
            this.wanted = wanted;
        }

        @Override
        public synchronized void changed(KubeObject pod) {
            shown.put(pod.name(), pod);
            look();
        }

        @Override
        public synchronized void deleted(KubeObject pod) {
            shown.remove(pod.name());
            look();
        }

        @Override
        public synchronized void synced() {
            synced = true;
            look();
        }

        private void look() {
            if (synced && wanted.test(shown)) {
                reached.countDown();
            }
        }

        @Override
        public void failed(RuntimeException reason) {
            throw new AssertionError("the watch failed", reason);
        }
    }
}
