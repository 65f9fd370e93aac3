package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.ColourRoute;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.MortalCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.Before;

/** A Deployment of five pods behind two Services, of which it is noted whom they select after every change. */
abstract class BlueGreenFixture extends ReleaseRunFixture {
    static final ObjectRef SERVICE = new ObjectRef("v1", "Service", "shop", "web");
    static final ObjectRef OTHER = new ObjectRef("v1", "Service", "shop", "web-admin");
    static final String FIVE = MANIFESTS.replace("replicas: 1", "replicas: 5") + """
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80}]}
            """;
    static final Duration KEEP = Duration.ofMinutes(10);
    static final BlueGreen KEEPING = BlueGreen.DEFAULT;
    static final BlueGreen PAUSING = new BlueGreen(KEEP, true, Duration.ZERO, Optional.empty());
    static final int FOREVER = 1000;

    final List<String> served = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();
    FakeReplicas controller;
    ClusterPort port;

    @Before
    public void haveAServedDeployment() {
        cluster.removeWhatIsLeftOut();
        controller = new FakeReplicas(cluster);
        cluster.put(FakeObjects.parse("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
                """));
        assertThat(release(FIVE).outcome(), equalTo(Outcome.HEALTHY));
        // One that no manifest of the release has.
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Service
                metadata: {name: web-admin, namespace: shop}
                spec: {selector: {app: web}, ports: [{port: 81}]}
                """));
        controller.history().clear();
        port = new MortalCluster(cluster, FOREVER, this::look);
        look();
        served.clear();
    }

    Cancellable begin(String image, Strategy strategy) {
        Cancellable run = ReleaseRun.start(request(image, strategy).build(), watched(), saved::add, records::add);
        scheduler.runDue();
        return run;
    }

    static ReleaseRequest.Builder request(String image, Strategy strategy) {
        return builder(FIVE.replace("/web:1", image.startsWith(":") ? "/web" + image : image))
                .strategy(strategy);
    }

    ReleaseTools watched() {
        return new ReleaseTools(port, scheduler, Runnable::run, sink);
    }

    /** Which colours the Services select; there must be one and the same at any time. */
    void look() {
        for (ObjectRef ref : List.of(SERVICE, OTHER)) {
            Optional<KubeObject> service = cluster.get(ref);
            if (service.isEmpty()) {
                continue;
            }
            String selector = selector(ref).entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.joining(","));
            Set<String> colours = new TreeSet<>();
            cluster.list(Selection.of("v1", "Pod", "shop").labelled(selector)).stream()
                    .filter(Revisions::isReady)
                    .forEach(p -> colours.add(p.labels().get(ColourRoute.COLOUR)));
            if (colours.size() != 1) {
                wrong.add(ref + " selects " + colours + " after "
                        + cluster.calls().stream()
                                .filter(c -> c.startsWith("apply") || c.startsWith("patch"))
                                .reduce((a, b) -> b)
                                .orElse(""));
            } else if (ref.equals(SERVICE)) {
                String colour = colours.iterator().next();
                if (served.isEmpty()
                        ? !colour.equals("hash-of-web-0")
                        : !served.get(served.size() - 1).equals(colour)) {
                    if (served.isEmpty()) {
                        served.add("hash-of-web-0");
                    }
                    served.add(colour);
                }
            }
        }
    }

    Map<String, String> selector(ObjectRef ref) {
        return cluster.get(ref).orElseThrow().strings("spec", "selector");
    }

    void nothingIsLeft() {
        assertThat("one colour at any time", wrong, equalTo(List.of()));
        assertThat(live().annotations().keySet(), not(hasItem(Hold.ANNOTATION)));
        assertThat(live().annotations().keySet(), not(hasItem(Colours.ANNOTATION)));
        for (ObjectRef ref : List.of(SERVICE, OTHER)) {
            assertThat(selector(ref), equalTo(Map.of("app", "web")));
            assertThat(cluster.get(ref).orElseThrow().annotations().keySet(), not(hasItem(ColourRoute.ANNOTATION)));
        }
        assertThat(live().flag("spec", "paused"), equalTo(false));
        assertThat(live().has("spec", "minReadySeconds"), equalTo(false));
    }
}
