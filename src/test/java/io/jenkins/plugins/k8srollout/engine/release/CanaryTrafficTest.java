package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Test;

/** A canary whose steps are weights of the requests. */
public class CanaryTrafficTest extends ReleaseRunFixture {
    private static final String TEN = MANIFESTS.replace("replicas: 1", "replicas: 10");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final ObjectRef ROUTE = new ObjectRef("gateway.networking.k8s.io/v1", "HTTPRoute", "shop", "shop");
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, uid: service-web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            """;
    private static final String HTTP_ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: shop}
            spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
            """;
    private static final Canary CANARY =
            new Canary(List.of(10, 50), Pause.NONE, MINUTE, Duration.ZERO, Optional.empty(), Traffic.GATEWAY_API);

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        new FakeReplicas(cluster);
        assertThat(release(TEN).outcome(), equalTo(Outcome.HEALTHY));
        cluster.put(FakeObjects.parse(SERVICE));
        cluster.put(FakeObjects.parse(HTTP_ROUTE));
    }

    @Test
    public void requestsFollowTheStepsAndAllIsAsBeforeInTheEnd() {
        List<String> seen = new ArrayList<>();
        cluster.react("HTTPRoute", route -> seen.add(backends(route)));
        start(request(":2", CANARY));
        assertThat(hash("web-stable"), equalTo("hash-of-web-0"));
        assertThat(hash("web-canary"), equalTo("hash-of-web-1"));
        scheduler.advance(MINUTE);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                seen,
                equalTo(List.of(
                        "web-stable=100", "web-stable=90 web-canary=10", "web-stable=50 web-canary=50", "web=1")));
        nothingIsSplit();
    }

    @Test
    public void theOldPodsHaveAllRequestsBeforeTheFirstNewOneStartsAndTheServiceBeforeTheLastOldOneGoes() {
        List<String> seen = new ArrayList<>();
        long before = applies();
        cluster.react("HTTPRoute", route -> seen.add(backends(route) + " after " + (applies() - before)));
        start(request(":2", CANARY));
        scheduler.advance(MINUTE);
        scheduler.advance(MINUTE);
        assertThat(
                "each step but the first is start, then replace; then the end",
                seen,
                equalTo(List.of(
                        "web-stable=100 after 0",
                        "web-stable=90 web-canary=10 after 1",
                        "web-stable=50 web-canary=50 after 3",
                        "web=1 after 5")));
        assertThat(applies() - before, equalTo(7L));
    }

    @Test
    public void aReleaseThatIsUndoneTakesTheRequestsBackBeforeThePods() {
        List<String> seen = new ArrayList<>();
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        long before = applies();
        cluster.react("HTTPRoute", route -> seen.add(backends(route) + " after " + (applies() - before)));
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(seen, equalTo(List.of("web-stable=100 after 0", "web=1 after 1")));
        assertThat("the stable Service stays until the controller has seen it", services(), hasItem("web-stable"));
        scheduler.advance(TrafficReturn.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        nothingIsSplit();
    }

    @Test
    public void podsThatStillGetRequestsStayAndTheNextAttemptTakesBoth() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        cluster.failNext("patch " + ROUTE, refused());
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("requests still go to its new pods: the webhook is away"));
        assertThat(image(), containsString(":2"));
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(image(), containsString(":1"));
        nothingIsSplit();
    }

    @Test
    public void aRouteThatCannotBePutTogetherLeadsToTheOldPodsAndIsReturnedLater() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        List<String> seen = new ArrayList<>();
        cluster.react("HTTPRoute", route -> {
            seen.add(backends(route));
            cluster.failNext("patch " + ROUTE, refused());
        });
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(seen, equalTo(List.of("web-stable=100")));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("stay split, with all requests to the pods that served before"));
        assertThat(services(), hasItem("web-stable"));
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        nothingIsSplit();
    }

    private static ReleaseException refused() {
        return new ReleaseException(
                new Problem(Problem.Kind.REJECTED, "patch", ROUTE.toString(), "the webhook is away", ""));
    }

    @Test
    public void aReleaseThatBringsItsOwnRouteDoesNotUndoTheSplit() {
        String manifests = TEN + "---\n" + HTTP_ROUTE.replace("port: 80}", "port: 80, weight: 2}");
        List<String> seen = new ArrayList<>();
        cluster.react("HTTPRoute", route -> seen.add(backends(route)));
        start(builder(manifests.replace("/web:1", "/web:2")).strategy(CANARY).build());
        scheduler.advance(Duration.ofMinutes(10)); // nobody can judge the route, which is told after a while
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(seen, allOf(hasItem("web-stable=200"), hasItem("web-stable=180 web-canary=20")));
        assertThat(seen.subList(1, seen.size() - 1).stream().anyMatch(b -> b.startsWith("web=")), equalTo(false));
        assertThat("as the release wants it", backends(route()), equalTo("web=2"));
        nothingIsSplit();
    }

    @Test
    public void anotherReleaseOnTopPutsTheRoutesTogether() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        assertThat(TrafficRoutes.isSplit(route()), equalTo(true));
        assertThat(run(request(":3", new Strategy.Rolling())).outcome(), equalTo(Outcome.HEALTHY));
        nothingIsSplit();
    }

    @Test
    public void anotherCanaryOnTopKeepsThePodsThatServedBeforeBoth() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        start(request(":3", CANARY));
        assertThat(hash("web-stable"), equalTo("hash-of-web-0"));
        assertThat(hash("web-canary"), equalTo("hash-of-web-2"));
        scheduler.advance(MINUTE);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsSplit();
    }

    @Test
    public void whatNobodyLeadsAnyMoreIsRepaired() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        assertThat(
                HoldRepair.find(cluster, "shop", Instant.MAX).stream()
                        .map(h -> h.ref().toString())
                        .toList(),
                equalTo(List.of("Deployment/shop/web")));
        HoldRepair.repair(cluster, WEB, scheduler);
        nothingIsSplit();
    }

    @Test
    public void aDeploymentThatIsRefusedLeavesNoSplitBehind() {
        cluster.failNext("apply Deployment/shop/web", refusal("Deployment/shop/web"));
        ReleaseRequest request = request(":2", CANARY);
        run(request);
        scheduler.advance(TrafficReturn.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        nothingIsSplit();
    }

    @Test
    public void whereNoRouteLeadsToItNothingIsChanged() {
        cluster.remove(ROUTE);
        int before = changes().size();
        run(request(":2", CANARY));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("no HTTPRoute sends requests to Service web"),
                        containsString("pods, gateway-api, traefik, ingress-nginx")));
        assertThat(changes().subList(before, changes().size()), empty());
    }

    private long applies() {
        return cluster.calls().stream()
                .filter("apply Deployment/shop/web"::equals)
                .count();
    }

    private void nothingIsSplit() {
        assertThat(TrafficRoutes.isSplit(route()), equalTo(false));
        assertThat(services(), equalTo(List.of("web")));
        assertThat(live().annotations().containsKey(TrafficShare.ANNOTATION), equalTo(false));
    }

    private KubeObject route() {
        return cluster.get(ROUTE).orElseThrow();
    }

    private List<String> services() {
        return cluster.list(Selection.of("v1", "Service", "shop")).stream()
                .map(KubeObject::name)
                .toList();
    }

    private String hash(String service) {
        return cluster.get(new ObjectRef("v1", "Service", "shop", service))
                .orElseThrow()
                .text("spec", "selector", TrafficShare.HASH)
                .orElse("");
    }

    private static String backends(KubeObject route) {
        return route.children("spec", "rules", 0, "backendRefs").stream()
                .map(b -> b.text("name").orElse("") + "=" + b.numberOr(1, "weight"))
                .collect(Collectors.joining(" "));
    }

    private static ReleaseRequest request(String image, Strategy strategy) {
        return builder(TEN.replace("/web:1", "/web" + image))
                .strategy(strategy)
                .onFailure(OnFailure.ROLLBACK)
                .build();
    }
}
