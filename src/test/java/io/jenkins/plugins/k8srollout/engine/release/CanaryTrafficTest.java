package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** A canary whose steps are weights of the requests. */
public class CanaryTrafficTest extends CanaryTrafficFixture {
    @Test
    public void requestsFollowTheStepsAndAllIsAsBeforeInTheEnd() {
        List<String> seen = new ArrayList<>();
        cluster.react("HTTPRoute", route -> seen.add(backends(route)));
        start(request(":2", CANARY));
        assertThat(hash("web-stable"), equalTo("hash-of-web-0"));
        assertThat(hash("web-canary"), equalTo("hash-of-web-1"));
        finish();
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
        finish();
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
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        nothingIsSplit();
    }

    @Test
    public void podsThatStillGetRequestsStayAndTheNextAttemptTakesBoth() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        cluster.failNext("patch " + ROUTE, webhookIsAway());
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
            cluster.failNext("patch " + ROUTE, webhookIsAway());
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
        nothingIsLeft();
    }

    @Test
    public void anotherReleaseOnTopPutsTheRoutesTogether() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        assertThat(TrafficRoutes.isSplit(route()), equalTo(true));
        start(request(":3", new Strategy.Rolling()));
        assertThat("the routes come first", image(), containsString(":2"));
        assertThat(backends(route()), equalTo("web=1"));
        assertThat("until their controller has seen it", services(), hasItem("web-stable"));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(image(), containsString(":3"));
        nothingIsSplit();
    }

    @Test
    public void anotherCanaryOnTopKeepsThePodsThatServedBeforeBoth() {
        start(request(":2", CANARY)).cancel();
        scheduler.runDue();
        start(request(":3", CANARY));
        assertThat(hash("web-stable"), equalTo("hash-of-web-0"));
        assertThat(hash("web-canary"), equalTo("hash-of-web-2"));
        finish();
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
        assertThat(
                HoldRepair.repair(cluster, WEB, scheduler),
                allOf(containsString("it goes on to its new revision"), containsString("called once more")));
        assertThat(backends(route()), equalTo("web=1"));
        assertThat("its controller may not have seen that yet", services(), hasItem("web-stable"));
        assertThat(
                HoldRepair.repair(cluster, WEB, scheduler),
                allOf(containsString("it is free"), containsString("what split its requests is gone")));
        nothingIsSplit();
    }

    @Test
    public void aDeploymentThatIsRefusedLeavesNoSplitBehind() {
        cluster.failNext("apply Deployment/shop/web", refusal("Deployment/shop/web"));
        ReleaseRequest request = request(":2", CANARY);
        run(request);
        scheduler.advance(TrafficShift.SETTLING);
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
}
