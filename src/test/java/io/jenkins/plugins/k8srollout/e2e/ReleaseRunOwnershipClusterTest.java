package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.Locale;
import org.junit.Test;

/** Releases on a real cluster of objects that other tools have written, too. */
public class ReleaseRunOwnershipClusterTest extends ReleaseRunClusterFixture {
    @Test
    public void conflictNamesTheOtherManager() throws InterruptedException {
        run(request(MANIFESTS));
        RawClient.apply(
                Testbed.access(),
                FakeObjects.parse("{apiVersion: apps/v1, kind: Deployment," + " metadata: {name: web, namespace: "
                        + NAMESPACE.name() + "}, spec: {replicas: 3}}"),
                "an-autoscaler");
        ReleaseRecord record = run(request(MANIFESTS));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(
                record.problem().orElseThrow().sentence(),
                allOf(
                        containsString("an-autoscaler"),
                        containsString("spec.replicas"),
                        containsString("Nothing was changed")));
        assertThat(run(builder(MANIFESTS).force(true).build()).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void folderThatKubectlHasAppliedForYearsIsReleasedWithoutForce() throws InterruptedException {
        for (KubeObject object : FakeObjects.parseAll(MANIFESTS.replace("REGISTRY", Testbed.registry()))) {
            KubeObject named = object.with(NAMESPACE.name(), "metadata", "namespace");
            cluster.delete(named.ref());
            Testbed.awaitGone(cluster, named.ref());
            RawClient.create(
                    Testbed.access(),
                    (object.apiVersion().equals("v1") ? "/api/v1" : "/apis/apps/v1") + "/namespaces/" + NAMESPACE.name()
                            + "/" + object.kind().toLowerCase(Locale.ROOT) + "s",
                    named.with("{}", "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
                    "kubectl-client-side-apply");
        }
        RawClient.change(
                Testbed.access(),
                FakeObjects.parse("{apiVersion: apps/v1, kind: Deployment," + " metadata: {name: web, namespace: "
                        + NAMESPACE.name() + "}, spec: {replicas: 1}}"),
                "kubectl-edit");
        String changed =
                MANIFESTS.replace("periodSeconds: 1", "periodSeconds: 2").replace("VERSION: \"1\"", "VERSION: \"2\"");
        ReleaseRecord first = run(request(changed));
        assertThat(first.problem().map(Problem::sentence).orElse(""), first.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(sink.lines(), hasItem(containsString("taken over from kubectl-client-side-apply: data.VERSION")));
        assertThat(sink.lines(), hasItem(containsString("taken over from kubectl-edit: spec.replicas")));
        sink.clear();
        ReleaseRecord second =
                run(request(changed.replace("          envFrom: [{configMapRef: {name: settings}}]\n", "")
                        .replace("cpu: 10m", "cpu: 20m")));
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat("nothing is kubectl's any more", sink.lines(), not(hasItem(containsString("taken over"))));
        assertThat(
                live().children("spec", "template", "spec", "containers").get(0).has("envFrom"), is(false));
    }
}
