package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.UUID;
import org.junit.rules.ExternalResource;

/**
 * A namespace for one run of one test class, so that several people and clusters do not disturb each other. Its name ends
 * in random digits; it is deleted when the class is done. Skips the class where no cluster is named. What a killed run
 * has left is found by the label {@code app.kubernetes.io/managed-by=kubernetes-rollout-tests}.
 */
public final class OwnNamespace extends ExternalResource {
    private final String prefix;
    private String name;

    /** @param prefix of the name */
    public OwnNamespace(String prefix) {
        this.prefix = prefix;
    }

    @Override
    protected void before() {
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
            cluster.apply(
                    FakeObjects.parse("{apiVersion: v1, kind: Namespace, metadata: {name: " + name
                            + ", labels: {app.kubernetes.io/managed-by: kubernetes-rollout-tests}}}"),
                    ApplyOptions.PLAIN);
        }
    }

    @Override
    protected void after() {
        delete(name);
    }

    public String name() {
        return name;
    }

    /** An object in it. */
    public ObjectRef ref(String apiVersion, String kind, String object) {
        return new ObjectRef(apiVersion, kind, name, object);
    }

    /** The name of another namespace, which does not exist; whoever makes it deletes it. */
    public String absent() {
        return name + "-absent";
    }

    /** Deletes a namespace without waiting for its end. */
    public static void delete(String namespace) {
        try (SystemScheduler scheduler = new SystemScheduler();
                Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE)) {
            cluster.delete(new ObjectRef("v1", "Namespace", "", namespace));
        }
    }
}
