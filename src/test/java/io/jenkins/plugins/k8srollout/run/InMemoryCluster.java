package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.FakeReplicas;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.rules.ExternalResource;

/**
 * The cluster {@code prod} of a test, in memory, also over restarts of Jenkins. The test declares a {@code @TestExtension}
 * that extends {@link Connector}.
 */
public final class InMemoryCluster extends ExternalResource {
    public static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    public static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");
    /** Where releases are kept. */
    public static final ClusterPort.Selection SECRETS = ClusterPort.Selection.of("v1", "Secret", "shop");

    private static final AtomicReference<FakeCluster> CURRENT = new AtomicReference<>();

    private final FakeCluster cluster = new FakeCluster();
    private FakeReplicas controller;

    /** What Jenkins connects to. */
    public abstract static class Connector implements ClusterConnector {
        @Override
        public SharedClusters.Connection connect(ClusterAccess access) {
            FakeCluster cluster = CURRENT.get();
            return new SharedClusters.Connection() {
                @Override
                public ClusterPort reportingTo(ProgressSink sink) {
                    return lent(cluster);
                }

                @Override
                public void close() {
                    cluster.close();
                }
            };
        }
    }

    /** One user's; closing it leaves the others alone. */
    private static ClusterPort lent(FakeCluster cluster) {
        return (ClusterPort) Proxy.newProxyInstance(
                ClusterPort.class.getClassLoader(), new Class<?>[] {ClusterPort.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(cluster, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    protected void before() {
        CURRENT.set(cluster);
        cluster.put(FakeObjects.parse("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
        cluster.removeWhatIsLeftOut();
        controller = new FakeReplicas(cluster);
    }

    @Override
    protected void after() {
        CURRENT.set(null);
    }

    /** Adds it to the configuration. */
    public void configure() {
        ClusterTarget target = new ClusterTarget("prod");
        target.setServerUrl("http://127.0.0.1:1");
        target.setNamespace("shop");
        KubernetesRolloutConfiguration.get().setClusters(List.of(target));
    }

    public FakeCluster fake() {
        return cluster;
    }

    /** How many pods of the newest revision, and of how many, after each change. */
    public List<String> history() {
        return controller.history();
    }

    public KubeObject live() {
        return cluster.get(WEB).orElseThrow();
    }

    public String image() {
        return live().text("spec", "template", "spec", "containers", 0, "image").orElseThrow();
    }

    /** The manifests of an application with four pods and a ConfigMap. */
    public static String manifests(String version) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 4
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                        - name: web
                          image: registry.example.com/shop/web:%1$s
                          envFrom: [{configMapRef: {name: settings}}]
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {version: "%1$s"}
                """.formatted(version);
    }

    /** A Pipeline's lines that write the manifests and release them. */
    public static String release(String version, String parameters) {
        return "node { writeFile file: 'web.yaml', text: '''" + manifests(version)
                + "'''\n release = k8sRollout manifests: 'web.yaml'"
                + (parameters.isEmpty() ? "" : ", " + parameters) + "\n echo \"release ${release.outcome} of"
                + " ${release.history} ${release.number}\" }\n";
    }
}
