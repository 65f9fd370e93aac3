package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.Optional;
import org.junit.Test;

public class ClusterPortTest {
    private static final KubeObject WEB =
            FakeObjects.parse("{kind: Deployment, metadata: {name: web, generation: 1}, spec: {replicas: 1}}");

    @Test
    public void whatControllersWriteMeanwhileIsNoChange() {
        KubeObject after = WEB.with(7, "status", "replicas")
                .with("9", "metadata", "resourceVersion")
                .with("1", "metadata", "annotations", "deployment.kubernetes.io/revision");
        assertThat(new ApplyResult(Optional.of(WEB), after).changed(), is(false));
    }

    @Test
    public void whatWasAskedForIs() {
        assertThat(new ApplyResult(Optional.empty(), WEB).changed(), is(true));
        assertThat(new ApplyResult(Optional.of(WEB), WEB.with(2, "spec", "replicas")).changed(), is(true));
        KubeObject annotated = WEB.with("x", "metadata", "annotations", "mine");
        assertThat(new ApplyResult(Optional.of(WEB), annotated).changed(), is(true));
    }
}
