package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.Matchers.notNullValue;
import static org.junit.Assume.assumeThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.junit.rules.ExternalResource;

/** A real cluster and registry, where there are some, with a namespace of the test's own; else the test is skipped. */
public final class Testbed extends ExternalResource {
    private final String namespace = "jenkins-" + UUID.randomUUID().toString().substring(0, 8);
    private String kubeconfig;
    private SystemScheduler scheduler;
    private ClusterPort port;

    @Override
    protected void before() throws IOException {
        assumeThat("KUBECONFIG", System.getenv("KUBECONFIG"), notNullValue());
        assumeThat("REGISTRY", registry(), notNullValue());
        kubeconfig = Files.readString(Path.of(System.getenv("KUBECONFIG")));
        scheduler = new SystemScheduler();
        port = Fabric8Cluster.open(ClusterAccess.kubeconfigText(kubeconfig, ""), scheduler, ProgressSink.NONE);
    }

    @Override
    protected void after() {
        if (port != null) {
            port.delete(new ObjectRef("v1", "Namespace", "", namespace));
            port.close();
            scheduler.close();
        }
    }

    public static String registry() {
        return System.getenv("REGISTRY");
    }

    /** Where the ingress controller answers; null if there is none. */
    public static String ingressUrl() {
        return System.getenv("INGRESS_URL");
    }

    public String namespace() {
        return namespace;
    }

    public ClusterPort port() {
        return port;
    }

    /** Adds the cluster under the name {@code testbed} with its kubeconfig as credentials, and the registry. */
    public void configure() throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new FileCredentialsImpl(
                        CredentialsScope.GLOBAL,
                        "testbed-kubeconfig",
                        "",
                        "kubeconfig",
                        SecretBytes.fromBytes(kubeconfig.getBytes(StandardCharsets.UTF_8))));
        SystemCredentialsProvider.getInstance().save();
        ClusterTarget cluster = new ClusterTarget("testbed");
        cluster.setCredentialsId("testbed-kubeconfig");
        cluster.setNamespace(namespace);
        RegistryTarget registry = new RegistryTarget("testbed", registry());
        registry.setPlainHttp(true);
        KubernetesRolloutConfiguration.get().setClusters(List.of(cluster));
        KubernetesRolloutConfiguration.get().setRegistries(List.of(registry));
    }

    /** A script of this test's resources, its variables filled in. */
    public String script(String name) {
        try (var in = Testbed.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@REGISTRY@", registry())
                    .replace("@NAMESPACE@", namespace)
                    .replace(
                            "@INGRESS_PORT@",
                            ingressUrl() == null ? "80" : ingressUrl().replaceAll(".*:", ""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /** The files under a folder that hold the kubeconfig's token, key or password. */
    public List<Path> filesWithSecrets(Path folder) throws IOException {
        List<String> secrets = kubeconfig
                .lines()
                .filter(l -> l.matches(".*(token|client-key-data|password): .*"))
                .map(l -> l.replaceAll(".*(token|client-key-data|password): *\"?([^\"}, ]+).*", "$2"))
                .toList();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> secrets.stream().anyMatch(s -> contains(f, s)))
                    .toList();
        }
    }

    private static boolean contains(Path file, String secret) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
