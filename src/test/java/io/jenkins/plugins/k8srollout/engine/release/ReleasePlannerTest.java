package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.Test;

public class ReleasePlannerTest {
    private static final String WEB = """
            apiVersion: extensions/v1beta1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "registry.example.com/shop/web:1"}]}
            """;
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @Test
    public void upgradesPlacesPinsAndExplains() {
        ReleasePlan plan = plan(builder(WEB)
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2@" + DIGEST)))
                .pullSecret("login")
                .changeCause("release 7")
                .build());
        KubeObject web = plan.objects().get(0);
        assertThat(web.ref().toString(), equalTo("Deployment/shop/web"));
        assertThat(web.apiVersion(), equalTo("apps/v1"));
        assertThat(
                web.text("spec", "template", "spec", "containers", 0, "image").orElseThrow(),
                equalTo("registry.example.com/shop/web@" + DIGEST));
        assertThat(
                web.text("spec", "template", "spec", "imagePullSecrets", 0, "name")
                        .orElseThrow(),
                equalTo("login"));
        assertThat(web.annotations().get("kubernetes.io/change-cause"), equalTo("release 7"));
        assertThat(plan.upgrades().get(0).diff(), containsString("+apiVersion: apps/v1"));
        assertThat(plan.images().get(0).from(), equalTo("registry.example.com/shop/web:1"));
    }

    @Test
    public void nothingVolatileGoesIn() {
        ReleaseRequest request = builder(WEB).build();
        assertThat(plan(request).objects(), equalTo(plan(request).objects()));
        assertThat(plan(request).objects().get(0).annotations(), equalTo(Map.of()));
    }

    @Test
    public void otherNamespaceIsKeptAndRemarked() {
        ReleasePlan plan = plan(builder("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}")
                .build());
        assertThat(plan.objects().get(0).namespace(), equalTo("other"));
        assertThat(plan.findings().stream().map(Finding::rule).toList(), hasItem("other-namespace"));
    }

    @Test
    public void clusterScopedKindsGetNoNamespace() {
        ReleasePlan plan = plan(builder("""
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: things.example.com, namespace: shop}
                        spec:
                          group: example.com
                          scope: Cluster
                          names: {kind: Thing, plural: things}
                          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
                        ---
                        {apiVersion: example.com/v1, kind: Thing, metadata: {name: one}}
                        """).build());
        assertThat(
                plan.objects().stream().map(o -> o.ref().toString()).toList(),
                contains("CustomResourceDefinition/things.example.com", "Thing/one"));
    }

    @Test
    public void errorsComeTogetherWithTheirPlaces() {
        String bad = WEB.replace("name: web}", "name: Web_}").replace("registry.example.com/shop/web:1", "UPPER:1");
        ManifestsRefusedException e = assertThrows(
                ManifestsRefusedException.class,
                () -> plan(builder(bad + "---\n{apiVersion: v1, kind: Nonsense, metadata: {name: a}}\n")
                        .build()));
        assertThat(
                e.findings().stream()
                                .filter(f -> f.severity() == Finding.Severity.ERROR)
                                .count()
                        >= 3,
                is(true));
        assertThat(
                e.getMessage(),
                allOf(containsString("deploy/web.yaml:3: error"), containsString("all errors are listed above")));
    }

    @Test
    public void emptyManifestsAreRefused() {
        ReleaseException e = assertThrows(
                ReleaseException.class, () -> plan(builder("# nothing\n").build()));
        assertThat(e.getMessage(), containsString("there is no object in them"));
    }

    @Test
    public void pullSecretThatIsThereIsNotNamedTwice() {
        String own = WEB.replace("spec: {containers", "spec: {imagePullSecrets: [{name: login}], containers");
        KubeObject web =
                plan(builder(own).pullSecret("login").build()).objects().get(0);
        assertThat(web.items("spec", "template", "spec", "imagePullSecrets").size(), equalTo(1));
    }

    private static ReleasePlan plan(ReleaseRequest request) {
        ClusterFacts facts =
                new ClusterFacts(new FakeCluster().apis(), Set::of, ref -> Optional.empty(), ref -> Optional.empty());
        return ReleasePlanner.plan(request, facts);
    }

    private static ReleaseRequest.Builder builder(String manifests) {
        return ReleaseRequest.builder()
                .namespace("shop")
                .manifests(List.of(new ManifestSource("deploy/web.yaml", manifests)));
    }
}
