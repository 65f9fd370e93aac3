package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** Splits that meet another release, other people's changes, or controllers that are late. */
public class CanaryTrafficTakeoverTest extends CanaryTrafficFixture {
    private static final ObjectRef INGRESS = new ObjectRef("networking.k8s.io/v1", "Ingress", "shop", "shop");

    @Test
    public void aReleaseThatAnotherHasTakenOverLeavesItsRequestsAlone() {
        start(request(":2", PAUSING));
        WatchToken first = reread();
        start(request(":3", PAUSING));
        String now = backends(route());
        assertThat(now, equalTo("web-stable=90 web-canary=10"));
        ReleaseRun.rollBack(first, tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(backends(route()), equalTo(now));
        assertThat(image(), containsString(":3"));
    }

    @Test
    public void podsThatServedBeforeAndNoLongerDoAreNotLedTo() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        TrafficShare share = TrafficShare.of(live()).orElseThrow();
        TrafficShare gone =
                new TrafficShare(share.release(), share.traffic(), "gone", share.services(), share.routes());
        cluster.put(gone.on(live()));
        start(request(":3", PAUSING));
        assertThat(hash("web-stable"), equalTo("hash-of-web-0"));
        assertThat(wrong.toString(), last().outcome(), equalTo(Outcome.PAUSED));
    }

    @Test
    public void aCanaryOfOtherRoutesEndsTheSplitBeforeIt() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        cluster.put(FakeObjects.parse("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: shop, namespace: shop}
                spec:
                  rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]
                """));
        start(request(":3", CANARY.withTraffic(Traffic.INGRESS_NGINX)));
        assertThat(backends(route()), equalTo("web=1"));
        assertThat(TrafficRoutes.isSplit(cluster.get(INGRESS).orElseThrow()), equalTo(false));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(TrafficRoutes.isSplit(cluster.get(INGRESS).orElseThrow()), equalTo(true));
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(TrafficRoutes.isSplit(cluster.get(INGRESS).orElseThrow()), equalTo(false));
        nothingIsSplit();
    }

    @Test
    public void anAbortWhileAnEarlierSplitEndsHasChangedNothingElse() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        start(request(":3", new Strategy.Rolling())).cancel();
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(image(), containsString(":2"));
    }

    @Test
    public void aPausedCanaryWhoseSplitWasEndedSaysSo() {
        start(request(":2", PAUSING));
        WatchToken paused = reread();
        cluster.failNext("apply Deployment/shop/web", refusal("Deployment/shop/web"));
        start(request(":3", new Strategy.Rolling()));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        nothingIsSplit();
        ReleaseRun.continueFrom(paused, tools(sink), saved::add, records::add);
        assertThat(
                sink.events().toString(),
                containsString("The requests to Deployment/shop/web are not split, or no longer"));
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void whatOthersChangeInARouteDuringACanaryStays() {
        start(request(":2", PAUSING));
        KubeObject changed = route().with(Map.of("request", "10s"), "spec", "rules", 0, "timeouts");
        cluster.put(changed);
        ReleaseRun.continueFrom(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(backends(route()), equalTo("web-stable=50 web-canary=50"));
        assertThat(route().has("spec", "rules", 0, "timeouts"), equalTo(true));
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(backends(route()), equalTo("web=1"));
        assertThat(route().text("spec", "rules", 0, "timeouts", "request"), equalTo(Optional.of("10s")));
        nothingIsLeft();
    }

    @Test
    public void aRouteThatIsReleasedAloneMeanwhileIsSplitAsItIsThen() {
        start(request(":2", PAUSING));
        WatchToken paused = reread();
        start(builder(HTTP_ROUTE.replace("port: 80}", "port: 80, weight: 7}")).build());
        scheduler.advance(MINUTE);
        ReleaseRun.continueFrom(paused, tools(sink), saved::add, records::add);
        assertThat(backends(route()), equalTo("web-stable=630 web-canary=70"));
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(backends(route()), equalTo("web=7"));
        nothingIsLeft();
    }

    @Test
    public void everyWeightHasItsStepAlsoOnFewPods() {
        List<String> seen = new ArrayList<>();
        Canary steps =
                new Canary(List.of(10, 90), Pause.NONE, MINUTE, Duration.ZERO, Optional.empty(), Traffic.GATEWAY_API);
        String two = TEN.replace("replicas: 10", "replicas: 2");
        assertThat(release(two).outcome(), equalTo(Outcome.HEALTHY));
        cluster.react("HTTPRoute", route -> seen.add(backends(route)));
        start(builder(two.replace("/web:1", "/web:2")).strategy(steps).build());
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                seen,
                equalTo(List.of(
                        "web-stable=100", "web-stable=90 web-canary=10", "web-stable=10 web-canary=90", "web=1")));
        nothingIsSplit();
    }

    @Test
    public void noRequestIsLedToAServiceWithoutAReadyEndpoint() {
        cluster.react("Service", service -> {});
        TrafficShift traffic = new TrafficShift(cluster, sink, Duration.ZERO);
        TrafficShare share =
                new TrafficShare("r", Traffic.GATEWAY_API, "hash-of-web-0", List.of("web"), List.of("shop"));
        Problem problem = assertThrows(ReleaseException.class, () -> traffic.begin(live(), share))
                .problem();
        assertThat(problem.object(), equalTo("Service/shop/web-stable"));
        assertThat(problem.reason(), containsString("no ready endpoint"));
        assertThat(TrafficRoutes.isSplit(route()), equalTo(false));
        assertThat("who comes next finds it", TrafficShare.of(live()), equalTo(Optional.of(share)));

        cluster.react("Service", this::showEndpoints);
        cluster.remove(new ObjectRef("v1", "Service", "shop", "web-stable"));
        traffic.begin(live(), share);
        assertThat(backends(route()), equalTo("web-stable=100"));
    }

    @Test
    public void nothingIsDeletedToWhichARouteStillLeads() {
        start(request(":2", PAUSING));
        TrafficShift traffic = new TrafficShift(cluster, sink);
        Problem problem = assertThrows(ReleaseException.class, () -> traffic.clean(live()))
                .problem();
        assertThat(problem.kind(), equalTo(Problem.Kind.CONFLICT));
        assertThat(services(), hasItem("web-canary"));
        assertThat(traffic.join(live()), equalTo(true));
        assertThat("a second time changes nothing", traffic.join(live()), equalTo(false));
        traffic.clean(live());
        assertThat(services(), not(hasItem("web-canary")));
        nothingIsSplit();
    }
}
