package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.time.Duration;
import org.junit.Test;

/** What a server serves, and for how long that is believed. */
public class Fabric8DiscoveryTest extends Fabric8ClusterFixture {
    @Test
    public void readsLegacyDiscovery() {
        assertThat(cluster.apis().serverVersion(), equalTo("1.20"));
        assertThat(cluster.apis().resource("v1", "ConfigMap").orElseThrow().plural(), equalTo("configmaps"));
        assertThat("subresources are no kinds", cluster.apis().serves("v1", "Pod"), is(false));
    }

    @Test
    public void readsAggregatedDiscovery() {
        server.reset("GET /apis").answer("GET /apis", 200, """
                        {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1",
                        "resources":[{"resource":"deployments","responseKind":{"group":"","kind":"Deployment"},
                        "scope":"Namespaced","subresources":[{"subresource":"scale"}]}]}]}]}
                        """);
        assertThat(
                cluster.apis().resource("apps/v1", "Deployment").orElseThrow().namespaced(), is(true));
    }

    @Test
    public void unavailableAggregatedApiDoesNotFailDiscovery() {
        server.reset("GET /apis")
                .answer(
                        "GET /apis",
                        200,
                        "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"metrics.k8s.io\",\"versions\":"
                                + "[{\"groupVersion\":\"metrics.k8s.io/v1beta1\"}]}]}")
                .answer("GET /apis/metrics.k8s.io/v1beta1", 503, status(503, "ServiceUnavailable", "unable to handle"));
        assertThat(cluster.apis().serves("v1", "ConfigMap"), is(true));
        assertThat(server.requests("GET /apis/metrics.k8s.io/v1beta1"), hasSize(1));
    }

    @Test
    public void serverThatHasJustComeBackIsAskedAgainWhenItIsReady() {
        server.reset("GET /api")
                .answer("GET /api", 503, "")
                .answer("GET /api", 200, "{\"kind\":\"APIVersions\",\"versions\":[]}")
                .answer("GET /api", 200, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}")
                .answer("GET /readyz", 500, "[-]autoregister-completion failed")
                .answer("GET /readyz", 200, "ok");
        assertThat(cluster.apis().serves("v1", "ConfigMap"), is(true));
        assertThat(server.requests("GET /readyz"), hasSize(2));
    }

    @Test
    public void serverThatTellsNobodyWhetherItIsReadyIsAskedAllTheSame() {
        server.reset("GET /api")
                .answer("GET /api", 503, "")
                .answer("GET /api", 200, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}")
                .answer("GET /readyz", 401, status(401, "Unauthorized", "Unauthorized"));
        assertThat(cluster.apis().serves("v1", "ConfigMap"), is(true));
    }

    @Test
    public void missedKindIsLookedForOnceMore() {
        cluster.apis();
        ObjectRef secret = new ObjectRef("v1", "Secret", "shop", "login");
        assertThat(cluster.get(secret).isPresent(), is(false));
        assertThat(server.requests("GET /api/v1"), hasSize(2));
    }

    @Test
    public void whatIsServedIsAskedAnewAfterAWhile() {
        cluster.apis();
        cluster.apis();
        assertThat(server.requests("GET /api/v1"), hasSize(1));
        for (int i = 0; i < 6; i++) {
            time.after(Duration.ofMinutes(2), () -> {});
        }
        cluster.apis();
        assertThat(server.requests("GET /api/v1"), hasSize(2));
    }

    @Test
    public void somethingThatIsNoApiServerIsSaidToBeNone() {
        server.reset("GET /api").answer("GET /api", 200, "<html>Welcome</html>");
        assertThat(problem(cluster::apis).kind(), equalTo(Problem.Kind.NOT_FOUND));
    }
}
