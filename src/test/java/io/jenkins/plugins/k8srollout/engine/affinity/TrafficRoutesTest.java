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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;

public class TrafficRoutesTest {
    private static final List<KubeObject> CASES = Yaml.resource("traffic.yaml");

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
            KubeObject often = routes.split(routes.split(route, new TrafficSplit(Set.of("web"), 77)), split(one));
            assertThat(name(one), often, equalTo(routes.split(route, split(one))));
            assertThat(name(one), TrafficRoutes.original(often), equalTo(route));
            assertThat(name(one), routes.servicesOf(often), equalTo(routes.servicesOf(route)));
            assertThat(name(one), TrafficRoutes.patch(often, often).isEmpty(), equalTo(true));
        }
    }

    @Test
    public void whatIsNeededBesidesIsKnownWhenItHasToGo() {
        for (KubeObject one : CASES) {
            List<ObjectRef> besides =
                    one.children("besides").stream().map(KubeObject::ref).toList();
            assertThat(name(one), besides, everyItem(in(routes(one).companions(one.child("route"), Set.of("web")))));
        }
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
