package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.affinity.Yaml;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

public class AffinityRunTest {
    private static final ObjectRef SERVICE = new ObjectRef("v1", "Service", "shop", "web");
    private final FakeCluster cluster = new FakeCluster();
    private final CapturingSink sink = new CapturingSink();
    private final AffinityRun run = new AffinityRun(cluster, sink);

    @Before
    public void fill() {
        Yaml.resource("traefik-before.yaml").forEach(cluster::put);
    }

    @Test
    public void patchesOnceThenFindsAllAsWanted() {
        run.apply(request().build());
        run.apply(request().build());

        assertThat(patches(), contains("patch Service/shop/web"));
        assertThat(sink.lines(), hasItem(containsString("as wanted")));
    }

    @Test
    public void tellsWhatHasChanged() {
        run.apply(request().build());

        String diff = sink.of(ProgressEvent.Applied.class).get(0).diff();
        assertThat(diff, containsString("+ traefik.ingress.kubernetes.io/service.sticky.cookie: true\n"));
        assertThat(diff, not(containsString("k8s-rollout.jenkins.io")));
    }

    @Test
    public void proofByCookieIsRefusedWhereThereIsNone() {
        AffinityPlan plan = run.plan(AffinityRequest.builder()
                .namespace("shop")
                .service("web")
                .clientIp(600)
                .build());

        ReleaseException refused =
                assertThrows(ReleaseException.class, () -> StickinessCheck.Probe.of("https://shop.example.com/", plan));
        assertThat(refused.getMessage(), containsString("service-client-ip has no cookie"));
    }

    @Test
    public void proofLooksForTheCookieOfThePlan() {
        AffinityPlan plan = run.plan(request().cookie("session").build());

        assertThat(StickinessCheck.Probe.of("https://shop.example.com/", plan).cookie(), is("session"));
    }

    @Test
    public void removalNeedsNoController() {
        run.apply(request().build());

        run.apply(request().remove(true).build());

        assertThat(cluster.get(SERVICE).orElseThrow().annotations().keySet(), is(empty()));
        assertThat(
                cluster.calls().stream()
                        .filter(c -> c.startsWith("list IngressClass"))
                        .toList()
                        .size(),
                is(1));
    }

    @Test
    public void refusalChangesNothing() {
        assertThrows(
                ReleaseException.class,
                () -> run.apply(request().canary("legacy").build()));

        assertThat(patches(), is(empty()));
    }

    @Test
    public void saysHowToDoWithoutTheRightToSeeClasses() {
        Problem forbidden = new Problem(Problem.Kind.NOT_PERMITTED, "list", "IngressClass", "forbidden", "Grant list");
        ClusterPort narrow = (ClusterPort) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClusterPort.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list")
                            && ((Selection) arguments[0]).kind().equals("IngressClass")) {
                        throw new ReleaseException(forbidden);
                    }
                    return method.invoke(cluster, arguments);
                });

        ReleaseException denied = assertThrows(ReleaseException.class, () -> new AffinityRun(narrow, sink)
                .apply(request().build()));
        assertThat(denied.problem().kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(
                denied.getMessage(), containsString("Set controller (--controller), or grant list on ingressclasses"));
    }

    private List<String> patches() {
        return cluster.calls().stream().filter(c -> c.startsWith("patch")).toList();
    }

    private static AffinityRequest.Builder request() {
        return AffinityRequest.builder().namespace("shop").ingress("web");
    }
}
