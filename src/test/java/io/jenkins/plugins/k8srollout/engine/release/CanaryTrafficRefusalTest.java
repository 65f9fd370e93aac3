package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;

/** What cannot be split is refused before the first change; what fails in the middle of splitting is undone. */
public class CanaryTrafficRefusalTest extends CanaryTrafficFixture {
    private static final String SECOND = HTTP_ROUTE.replace("name: shop,", "name: zoo,");

    @Test
    public void servicesOfOthersWithOurNamesAreNeitherChangedNorDeleted() {
        for (String name : List.of("web-stable", "web-canary")) {
            KubeObject theirs = cluster.put(FakeObjects.parse(
                    SERVICE.replace("name: web,", "name: " + name + ",").replace("service-web", "theirs")));
            isRefused("Service/shop/" + name + " exists and is somebody else's");
            assertThat(cluster.get(theirs.ref()).orElseThrow(), equalTo(theirs));
            cluster.remove(theirs.ref());
        }
    }

    @Test
    public void aCanaryIngressOfUsersOwnIsNeitherChangedNorDeleted() {
        cluster.put(ingress("web", "paths"));
        KubeObject theirs = cluster.put(ingress("web-canary", "paths")
                .with("other", "spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"));
        isRefused(Traffic.INGRESS_NGINX, "Ingress/shop/web-canary exists and is somebody else's");
        assertThat(cluster.get(theirs.ref()).orElseThrow(), equalTo(theirs));
    }

    @Test
    public void whatSomebodyMakesMeanwhileStays() {
        cluster.react("HTTPRoute", route -> service("web-canary")
                .or(() -> Optional.of(cluster.put(FakeObjects.parse(
                        SERVICE.replace("name: web,", "name: web-canary,").replace("service-web", "theirs"))))));
        start(request(":2", CANARY));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("Service/shop/web-canary exists and is somebody else's"));
        assertThat(hash("web-canary"), equalTo(""));
        ReleaseRun.rollBack(reread(), tools(sink), saved::add, records::add);
        scheduler.advance(MINUTE);
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat("only ours went", services(), equalTo(List.of("web", "web-canary")));
    }

    @Test
    public void anIngressWhoseDefaultBackendItIsOnlyIsRefused() {
        cluster.put(ingress("web", "default"));
        isRefused(
                Traffic.INGRESS_NGINX, "Ingress/shop/web cannot be split: it leads there by its default backend only");
    }

    @Test
    public void aRouteThatNamesWhatTheSplitNeedsIsRefused() {
        cluster.put(FakeObjects.parse(HTTP_ROUTE.replace("port: 80}", "port: 80}, {name: web-stable, port: 80}")));
        isRefused("HTTPRoute/shop/shop leads to web-stable or web-canary already");
    }

    @Test
    public void aRouteThatIsSplitForAnotherWorkloadIsRefused() {
        cluster.put(route().with("{}", "metadata", "annotations", TrafficRoutes.ANNOTATION));
        isRefused("HTTPRoute/shop/shop is split for another workload");
    }

    @Test
    public void twoWorkloadsOfOneReleaseThatShareARouteAreRefused() {
        String api = TEN.substring(0, TEN.indexOf("---"))
                .replace("metadata: {name: web}", "metadata: {name: api}")
                .replace("/web:1", "/api:1");
        assertThat(release(TEN + "---\n" + api).outcome(), equalTo(Outcome.HEALTHY));
        int before = changes().size();
        run(builder((TEN + "---\n" + api).replace("web:1", "web:2").replace("api:1", "api:2"))
                .strategy(CANARY)
                .build());
        assertThat(sentence(last()), containsString("route shop leads to Deployment/shop/"));
        assertThat(changes().subList(before, changes().size()), empty());
    }

    @Test
    public void rightsToMakeWhatASplitNeedsAreAskedForBeforehand() {
        List<AccessRight> rights = List.of(
                new AccessRight("create", "", "services", "shop"),
                new AccessRight("watch", "discovery.k8s.io", "endpointslices", "shop"));
        cluster.denyRights(rights.toArray(AccessRight[]::new));
        int before = changes().size();
        ReleaseRecord record = run(request(":2", CANARY));
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(
                sentence(record),
                allOf(
                        containsString("create services in namespace shop"),
                        containsString("watch endpointslices in namespace shop")));
        assertThat(changes().subList(before, changes().size()), empty());
        cluster.denyRights(new AccessRight("get", "networking.k8s.io", "ingresses", "shop"));
        cluster.put(ingress("web", "paths"));
        assertThat(
                sentence(run(request(":2", CANARY.withTraffic(Traffic.INGRESS_NGINX)))),
                containsString("get ingresses in namespace shop"));
    }

    @Test
    public void aSecondRouteThatIsRefusedUndoesTheFirst() {
        cluster.put(FakeObjects.parse(SECOND));
        cluster.failNext("patch HTTPRoute/shop/zoo", webhookIsAway());
        start(request(":2", CANARY));
        assertThat("not before its controller has seen it", services(), hasItem("web-stable"));
        assertThat(backends(route()), equalTo("web=1"));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("the webhook is away"));
        assertThat(image(), containsString(":1"));
        nothingIsSplit();
    }

    @Test
    public void aSplitThatCannotBeUndoneIsTold() {
        cluster.put(FakeObjects.parse(SECOND));
        cluster.failNext("patch HTTPRoute/shop/zoo", webhookIsAway());
        cluster.react("HTTPRoute", route -> cluster.failNext("patch " + ROUTE, webhookIsAway(), webhookIsAway()));
        start(request(":2", CANARY));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(
                sentence(last()),
                containsString("The routes to Deployment/shop/web stay split, with all requests to the pods that"
                        + " served before: the webhook is away"));
        assertThat(backends(route()), equalTo("web-stable=100"));
    }

    @Test
    public void anAbortWhileTheRequestsAreBeingSplitIsUndone() {
        AtomicReference<Cancellable> run = new AtomicReference<>();
        cluster.react("Service", service -> {
            showEndpoints(service);
            run.get().cancel();
        });
        run.set(deferred());
        scheduler.runDue();
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(image(), containsString(":1"));
        nothingIsSplit();
    }

    /** A release that begins once the caller has what ends it. */
    private Cancellable deferred() {
        AtomicBoolean begun = new AtomicBoolean();
        Executor workers = work -> {
            if (begun.getAndSet(true)) {
                work.run();
            } else {
                scheduler.after(Duration.ZERO, work);
            }
        };
        return ReleaseRun.start(
                request(":2", CANARY), new ReleaseTools(cluster, scheduler, workers, sink), saved::add, records::add);
    }

    @Test
    public void aReleaseThatIsRefusedOnTopOfAPausedCanaryLeavesThatOneItsSplit() {
        start(request(":2", PAUSING));
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.PAUSED));
        WatchToken paused = reread();
        cluster.failNext("apply Deployment/shop/web", refusal("Deployment/shop/web"));
        start(request(":3", CANARY));
        scheduler.advance(TrafficShift.SETTLING);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(backends(route()), equalTo("web-stable=100"));
        assertThat(
                TrafficShare.of(live()).orElseThrow().release(),
                equalTo(paused.record().id()));
        assertThat(
                Hold.of(live()).orElseThrow().release(), equalTo(paused.record().id()));
        ReleaseRun.continueFrom(paused, tools(sink), saved::add, records::add);
        assertThat(backends(route()), equalTo("web-stable=90 web-canary=10"));
        finish();
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsSplit();
    }

    @Test
    public void aRouteWhoseTraefikServicesNobodyKnowsAnyMoreLeadsWhereItDid() {
        cluster.put(FakeObjects.parse("""
                apiVersion: traefik.io/v1alpha1
                kind: IngressRoute
                metadata: {name: shop, namespace: shop}
                spec: {routes: [{match: Host(`a`), services: [{name: web, port: 80}]}]}
                """));
        ObjectRef ref = new ObjectRef("traefik.io/v1alpha1", "IngressRoute", "shop", "shop");
        start(request(":2", CANARY.withTraffic(Traffic.TRAEFIK))).cancel();
        scheduler.runDue();
        KubeObject split = cluster.put(
                cluster.get(ref).orElseThrow().with("{", "metadata", "annotations", TrafficRoutes.ANNOTATION));
        ReleaseException e = assertThrows(ReleaseException.class, () -> HoldRepair.repair(cluster, WEB, scheduler));
        assertThat(e.getMessage(), containsString("is gone or damaged"));
        assertThat(cluster.get(ref).orElseThrow(), equalTo(split));
        assertThat(services(), hasItem("web-stable"));
        assertThat(
                cluster.get(new ObjectRef("traefik.io/v1alpha1", "TraefikService", "shop", "web-80-split"))
                        .isPresent(),
                equalTo(true));
    }

    private void isRefused(String words) {
        isRefused(Traffic.GATEWAY_API, words);
    }

    private void isRefused(Traffic traffic, String words) {
        int before = changes().size();
        ReleaseRecord record = run(request(":2", CANARY.withTraffic(traffic)));
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.REFUSED_INPUT));
        assertThat(sentence(record), containsString(words));
        assertThat(changes().subList(before, changes().size()), empty());
    }

    private static KubeObject ingress(String name, String how) {
        Map<String, Object> backend = Map.of("service", Map.of("name", "web", "port", Map.of("number", 80)));
        KubeObject ingress = FakeObjects.parse("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: %s, namespace: shop}
                """.formatted(name));
        return how.equals("default")
                ? ingress.with(backend, "spec", "defaultBackend")
                : ingress.with(
                        List.of(Map.of(
                                "http",
                                Map.of(
                                        "paths",
                                        List.of(Map.of("path", "/", "pathType", "Prefix", "backend", backend))))),
                        "spec",
                        "rules");
    }
}
