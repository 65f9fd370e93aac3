package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
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
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.Before;

/** A Deployment of ten pods behind an HTTPRoute, of which it can be noted after every change whether it serves. */
abstract class CanaryTrafficFixture extends ReleaseRunFixture {
    static final String TEN = MANIFESTS.replace("replicas: 1", "replicas: 10");
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, uid: service-web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            """;
    static final ObjectRef ROUTE = new ObjectRef("gateway.networking.k8s.io/v1", "HTTPRoute", "shop", "shop");
    static final String HTTP_ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: shop}
            spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
            """;
    static final Canary CANARY =
            new Canary(List.of(10, 50), Pause.NONE, MINUTE, Duration.ZERO, Optional.empty(), Traffic.GATEWAY_API);
    static final Canary PAUSING =
            new Canary(List.of(10, 50), Pause.FIRST, MINUTE, Duration.ZERO, Optional.empty(), Traffic.GATEWAY_API);

    /** What went wrong for users at any time. */
    final List<String> wrong = new ArrayList<>();

    private final Map<String, Instant> lastLedTo = new HashMap<>();
    private Set<String> before = Set.of();

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        cluster.react("Service", this::showEndpoints);
        new FakeReplicas(cluster);
        assertThat(release(TEN).outcome(), equalTo(Outcome.HEALTHY));
        cluster.put(FakeObjects.parse(SERVICE));
        cluster.put(FakeObjects.parse(HTTP_ROUTE));
    }

    /** As the controller does, but of a Service only when it changes. */
    void showEndpoints(KubeObject service) {
        boolean ready = isReady(service);
        cluster.put(FakeObjects.parse("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %1$s-1, namespace: shop, labels: {kubernetes.io/service-name: %1$s}}
                endpoints: [{addresses: [10.0.0.1], conditions: {ready: %2$s}}]
                """.formatted(service.name(), ready)));
    }

    private boolean isReady(KubeObject service) {
        String selector = service.strings("spec", "selector").entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
        return cluster.list(Selection.of("v1", "Pod", "shop").labelled(selector)).stream()
                .anyMatch(Revisions::isReady);
    }

    /** Whoever is led anywhere must be served there, and controllers have time to see that a route has changed. */
    void look() {
        Set<String> services = new TreeSet<>(services());
        for (KubeObject backend : route().children("spec", "rules", 0, "backendRefs")) {
            String name = backend.text("name").orElse("");
            lastLedTo.put(name, scheduler.now());
            boolean served = services.contains(name) && isReady(service(name).orElseThrow());
            if (!served) {
                wrong.add("nobody answers at " + name + " after " + lastChange());
            }
        }
        for (String gone : before) {
            boolean soon = lastLedTo.containsKey(gone)
                    && lastLedTo.get(gone).plus(TrafficShift.SETTLING).isAfter(scheduler.now());
            if (!services.contains(gone) && soon) {
                wrong.add(gone + " went while requests may still be led to it");
            }
        }
        before = services;
    }

    private String lastChange() {
        return changes().get(changes().size() - 1);
    }

    ReleaseTools watched(ClusterPort port) {
        return new ReleaseTools(port, scheduler, Runnable::run, sink);
    }

    /** The cluster, looked at after every change. */
    ClusterPort looked() {
        return new MortalCluster(cluster, Integer.MAX_VALUE, this::look);
    }

    void nothingIsSplit() {
        assertThat(wrong, empty());
        assertThat(TrafficRoutes.isSplit(route()), equalTo(false));
        assertThat(route().child("spec"), equalTo(FakeObjects.parse(HTTP_ROUTE).child("spec")));
        nothingIsLeft();
    }

    void nothingIsLeft() {
        assertThat(services(), equalTo(List.of("web")));
        assertThat(live().annotations().containsKey(TrafficShare.ANNOTATION), equalTo(false));
    }

    KubeObject route() {
        return cluster.get(ROUTE).orElseThrow();
    }

    Optional<KubeObject> service(String name) {
        return cluster.get(new ObjectRef("v1", "Service", "shop", name));
    }

    List<String> services() {
        return cluster.list(Selection.of("v1", "Service", "shop")).stream()
                .map(KubeObject::name)
                .toList();
    }

    String hash(String service) {
        return service(service)
                .orElseThrow()
                .text("spec", "selector", TrafficShare.HASH)
                .orElse("");
    }

    static String backends(KubeObject route) {
        return route.children("spec", "rules", 0, "backendRefs").stream()
                .map(b -> b.text("name").orElse("") + "=" + b.numberOr(1, "weight"))
                .collect(Collectors.joining(" "));
    }

    static ReleaseRequest request(String image, Strategy strategy) {
        return builder(TEN.replace("/web:1", "/web" + image))
                .strategy(strategy)
                .onFailure(OnFailure.ROLLBACK)
                .build();
    }

    static ReleaseException webhookIsAway() {
        return new ReleaseException(
                new Problem(Problem.Kind.REJECTED, "patch", ROUTE.toString(), "the webhook is away", ""));
    }

    /** All steps of the canary, and what follows the last. */
    void finish() {
        scheduler.advance(MINUTE);
        scheduler.advance(MINUTE);
        scheduler.advance(TrafficShift.SETTLING);
    }
}
