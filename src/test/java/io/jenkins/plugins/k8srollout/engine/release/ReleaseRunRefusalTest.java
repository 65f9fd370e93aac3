package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import org.junit.Test;

/** Releases that are refused before anything changes. */
public class ReleaseRunRefusalTest extends ReleaseRunFixture {
    @Test
    public void allErrorsOfTheManifestsAreToldAndRecorded() {
        ReleaseRecord record =
                release(MANIFESTS.replace("memory: 64Mi", "memory: 8Mi").replace("name: web}", "name: We_b}"));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.REFUSED_INPUT));
        assertThat(record.findings().size() >= 2, is(true));
        assertThat(sentence(record), allOf(containsString("deploy/web.yaml:3"), containsString("Nothing was changed")));
        assertThat(changes(), empty());
    }

    @Test
    public void allMissingRightsAreToldWithTheRoleThatGrantsThem() {
        AccessRight write = new AccessRight("patch", "apps", "deployments", "shop");
        AccessRight create = new AccessRight("create", "", "configmaps", "shop");
        AccessRight watch = new AccessRight("watch", "", "pods", "shop");
        cluster.denyRights(write, create, watch);
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(
                sentence(record),
                allOf(
                        containsString("create configmaps in namespace shop; patch deployments in namespace shop"),
                        containsString("watch pods"),
                        containsString("kind: Role")));
        assertThat(changes(), empty());
    }

    @Test
    public void rightToCreateIsNotAskedForWhatExists() {
        release(MANIFESTS);
        cluster.denyRights(new AccessRight("create", "", "configmaps", "shop"));
        assertThat(release(MANIFESTS).outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void whatTheServerRefusesIsToldTogether() {
        cluster.failNext("dry-run", refusal("ConfigMap/shop/settings"), refusal("Deployment/shop/web"));
        ReleaseRecord record = release(MANIFESTS);
        assertThat(
                sentence(record),
                allOf(
                        containsString("the server refuses 2 objects"),
                        containsString("ConfigMap/shop/settings: no"),
                        containsString("Deployment/shop/web: no"),
                        containsString("Nothing was changed")));
        assertThat(changes(), empty());
    }

    @Test
    public void whatNeedsAnObjectOfTheSameReleaseIsTriedWhenItIsThere() {
        cluster.failNext(
                "dry-run",
                new ReleaseException(new Problem(
                        Problem.Kind.REJECTED, "apply", "Pod/shop/a", "configmap \"settings\" not found", "")));
        String dependent = "\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: first}}";
        assertThat(release(MANIFESTS + dependent).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                sink.lines().stream()
                        .filter(l -> l.contains("it needs what the release creates"))
                        .toList(),
                hasSize(1));
    }

    @Test
    public void refusalThatOnlySharesANameWithANewObjectIsTold() {
        cluster.failNext(
                "dry-run Deployment/shop/web",
                new ReleaseException(new Problem(
                        Problem.Kind.REJECTED,
                        "apply (dry run)",
                        "Deployment/shop/web",
                        "admission webhook \"images.example.com\" denied the request: registry.example.com/shop/settings:1"
                                + " not found",
                        "")));
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(record), containsString("shop/settings:1 not found"));
        assertThat(changes(), empty());
    }

    @Test
    public void missingNamespaceIsNamedOrCreated() {
        ReleaseRequest.Builder builder = builder(MANIFESTS).namespace("new");
        assertThat(sentence(run(builder.build())), containsString("set createNamespace"));
        assertThat(changes(), empty());
        ReleaseRecord made = run(builder.createNamespace(true).build());
        assertThat(made.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(made.objects().get(0).object().toString(), equalTo("Namespace/new"));
    }
}
