package io.jenkins.plugins.k8srollout.engine.affinity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.in;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.Test;

public class TrafficRoutesTest {
    private static final List<KubeObject> CASES = Yaml.resource("traffic.yaml");
    private static final Set<String> WEB = Set.of("web");

    @Test
    public void everyRouteIsSplitAsItsControllerReadsIt() {
        for (KubeObject one : CASES) {
            KubeObject split = routes(one).split(one.child("route"), split(one));
            assertThat(name(one), split.child("spec"), equalTo(one.child("spec")));
            assertThat(
                    name(one), routes(one).besides(one.child("route"), split(one)), equalTo(one.children("besides")));
        }
    }

    @Test
    public void aSplitIsReckonedFromTheOriginalHoweverOftenItChanges() {
        for (KubeObject one : CASES) {
            TrafficRoutes routes = routes(one);
            KubeObject route = one.child("route");
            KubeObject once = routes.split(route, new TrafficSplit(WEB, 77));
            KubeObject often = routes.split(original(routes, once), split(one));
            assertThat(name(one), often, equalTo(routes.split(route, split(one))));
            assertThat(name(one), original(routes, often), equalTo(route));
            assertThat(name(one), original(routes, route), equalTo(route));
            assertThat(name(one), TrafficRoutes.patch(often, often).isEmpty(), equalTo(true));
        }
    }

    @Test
    public void whatIsNeededBesidesIsKnownWhenItHasToGo() {
        for (KubeObject one : CASES) {
            List<ObjectRef> besides =
                    one.children("besides").stream().map(KubeObject::ref).toList();
            List<ObjectRef> known = routes(one).companions(one.child("route"), WEB).stream()
                    .map(KubeObject::ref)
                    .toList();
            assertThat(name(one), besides, everyItem(in(known)));
        }
    }

    @Test
    public void whatOthersChangeInASplitRouteStays() {
        KubeObject http = changed(CASES.get(0), r -> r.with("/shop", "spec", "rules", 0, "matches", 0, "path", "value")
                .with("2h", "spec", "rules", 1, "timeouts", "request"));
        assertThat(http.text("spec", "rules", 0, "matches", 0, "path", "value").orElse(""), equalTo("/shop"));
        assertThat(http.text("spec", "rules", 1, "timeouts", "request").orElse(""), equalTo("2h"));
        assertThat(http.numberOr(0, "spec", "rules", 0, "backendRefs", 0, "weight"), equalTo(3L));
        assertThat(http.numberOr(0, "spec", "rules", 0, "backendRefs", 1, "weight"), equalTo(1L));

        KubeObject traefik = changed(CASES.get(2), r -> r.with("Host(`new`)", "spec", "routes", 0, "match"));
        assertThat(traefik.text("spec", "routes", 0, "match").orElse(""), equalTo("Host(`new`)"));
        assertThat(
                traefik.child("spec", "routes", 0, "services", 0),
                equalTo(CASES.get(2).child("route", "spec", "routes", 0, "services", 0)));

        KubeObject nginx = changed(CASES.get(3), r -> r.with("/new", "spec", "rules", 0, "http", "paths", 1, "path")
                .with("api-stable", "spec", "rules", 0, "http", "paths", 1, "backend", "service", "name"));
        assertThat(service(nginx, 0), equalTo("web"));
        assertThat("nothing of ours", service(nginx, 1), equalTo("api-stable"));
        assertThat(nginx.text("spec", "rules", 0, "http", "paths", 1, "path").orElse(""), equalTo("/new"));
    }

    @Test
    public void aRouteThatWasAppliedAnewMeanwhileIsSplitAsItIsNow() {
        KubeObject one = CASES.get(1);
        KubeObject split = routes(one).split(one.child("route"), new TrafficSplit(WEB, 10));
        KubeObject anew =
                split.with(List.of(Map.of("backendRefs", List.of(Map.of("name", "web", "port", 81)))), "spec", "rules");
        KubeObject again = routes(one).split(original(routes(one), anew), new TrafficSplit(WEB, 50));
        assertThat(again.numberOr(0, "spec", "rules", 0, "backendRefs", 0, "port"), equalTo(81L));
        assertThat(original(routes(one), again).child("spec"), equalTo(anew.child("spec")));
    }

    @Test
    public void aDamagedAnnotationIsOnlyNeededWhereTheRouteDoesNotTell() {
        for (KubeObject one : CASES) {
            KubeObject split = routes(one).split(one.child("route"), split(one));
            KubeObject damaged = split.with("{", "metadata", "annotations", TrafficRoutes.ANNOTATION);
            boolean tells = !one.text("traffic").orElse("").equals("traefik");
            assertThat(name(one), routes(one).original(damaged, WEB).isPresent(), equalTo(tells));
        }
    }

    @Test
    public void twoReferencesToOneServiceKeepTheirOwnOptions() {
        KubeObject route = FakeObjects.parse("""
                apiVersion: traefik.io/v1alpha1
                kind: IngressRoute
                metadata: {name: shop, namespace: shop}
                spec:
                  routes:
                    - {match: Host(`a`), services: [{name: web, port: 80}]}
                    - {match: Host(`b`), services: [{name: web, port: 80, scheme: h2c}]}
                    - {match: Host(`c`), services: [{name: web, port: 80, kind: Service}]}
                """);
        TrafficRoutes traefik = TrafficRoutes.of(Traffic.TRAEFIK).orElseThrow();
        List<KubeObject> besides = traefik.besides(route, new TrafficSplit(WEB, 10));
        assertThat(besides.size(), equalTo(2));
        assertThat(
                besides.get(1).text("spec", "weighted", "services", 0, "scheme").orElse(""), equalTo("h2c"));
        KubeObject split = traefik.split(route, new TrafficSplit(WEB, 10));
        assertThat(
                split.text("spec", "routes", 1, "services", 0, "name").orElse(""),
                equalTo(besides.get(1).name()));
    }

    @Test
    public void whatNoStepCouldChangeIsRefused() {
        KubeObject ingress = CASES.get(4);
        assertThat(routes(ingress).refusal(ingress.child("route"), WEB), containsString("default backend only"));
        KubeObject paths = CASES.get(3).child("route");
        TrafficRoutes nginx = routes(CASES.get(3));
        assertThat(nginx.refusal(paths, WEB), equalTo(""));
        KubeObject both = paths.with(Map.of("service", Map.of("name", "web")), "spec", "defaultBackend");
        assertThat(nginx.warning(both), containsString("what matches none of its paths to the old pods"));
        assertThat(nginx.warning(paths), equalTo(""));

        KubeObject http = CASES.get(1).child("route");
        TrafficRoutes gateway = routes(CASES.get(1));
        assertThat(gateway.refusal(http, WEB), equalTo(""));
        KubeObject heavy = http.with(10_001, "spec", "rules", 0, "backendRefs", 0, "weight");
        assertThat(gateway.refusal(heavy, WEB), containsString("a weight over 1000000"));
        Object web = http.child("spec", "rules", 0, "backendRefs", 0).fields();
        KubeObject many = http.with(Collections.nCopies(9, web), "spec", "rules", 0, "backendRefs");
        assertThat(gateway.refusal(many, WEB), containsString("more than 16 backends"));
    }

    private static KubeObject changed(KubeObject one, UnaryOperator<KubeObject> others) {
        return original(routes(one), others.apply(routes(one).split(one.child("route"), split(one))));
    }

    private static KubeObject original(TrafficRoutes routes, KubeObject route) {
        return routes.original(route, WEB).orElseThrow();
    }

    private static String service(KubeObject ingress, int path) {
        return ingress.text("spec", "rules", 0, "http", "paths", path, "backend", "service", "name")
                .orElse("");
    }

    @Test
    public void aRouteThatIsNotStickyIsNamed() {
        assertThat(routes(CASES.get(0)).warning(CASES.get(0).child("route")), containsString("no sessionPersistence"));
        assertThat(routes(CASES.get(3)).warning(CASES.get(3).child("route")), equalTo(""));
        assertThat(TrafficRoutes.of(Traffic.PODS).stream().toList(), empty());
    }

    @Test
    public void theServiceOfOneRevisionIsTheFirstButForItsPods() {
        KubeObject service = FakeObjects.parse("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                  namespace: shop
                  uid: "17"
                  annotations:
                    traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
                    kubectl.kubernetes.io/last-applied-configuration: "{}"
                spec:
                  type: NodePort
                  clusterIP: 10.0.0.7
                  selector: {app: web}
                  ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]
                """);
        KubeObject copy = TrafficShare.serviceOf(service, "web-stable", "5d9c");
        assertThat(copy.child("spec", "selector").fields(), equalTo(Map.of("app", "web", "pod-template-hash", "5d9c")));
        assertThat(copy.has("spec", "type"), equalTo(false));
        assertThat(copy.has("spec", "clusterIP"), equalTo(false));
        assertThat(copy.has("spec", "ports", 0, "nodePort"), equalTo(false));
        assertThat(copy.annotations().size(), equalTo(1));
        assertThat(
                "goes with the Service",
                copy.text("metadata", "ownerReferences", 0, "uid").orElse(""),
                equalTo("17"));
    }

    @Test
    public void whatIsWrittenOnTheWorkloadIsReadAgain() {
        TrafficShare share =
                new TrafficShare("shop-1", Traffic.TRAEFIK, "5d9c", List.of("web"), List.of("shop", "shop-tls"));
        assertThat(TrafficShare.of(share.on(KubeObject.empty())).orElseThrow(), equalTo(share));
        assertThat(share.ledBy("shop-2").release(), equalTo("shop-2"));
        KubeObject broken = KubeObject.empty().with("{", "metadata", "annotations", TrafficShare.ANNOTATION);
        assertThat(TrafficShare.of(broken).isPresent(), equalTo(false));
    }

    private static TrafficRoutes routes(KubeObject one) {
        return TrafficRoutes.of(Traffic.parse(one.text("traffic").orElseThrow()))
                .orElseThrow();
    }

    private static TrafficSplit split(KubeObject one) {
        return new TrafficSplit(Set.of("web"), (int) one.numberOr(0, "weight"));
    }

    private static String name(KubeObject one) {
        return one.text("name").orElseThrow();
    }
}
