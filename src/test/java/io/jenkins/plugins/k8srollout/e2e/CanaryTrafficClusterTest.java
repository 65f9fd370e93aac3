package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** A canary's share of the requests, counted by whoever sends them through a real ingress controller. */
public class CanaryTrafficClusterTest extends ReleaseRunClusterFixture {
    // Pods go on serving until the ingress controller has heard that they end.
    private static final String FOUR = MANIFESTS
            .replace("replicas: 2", "replicas: 4")
            .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 10")
            .replace("          envFrom:", "          lifecycle: {preStop: {sleep: {seconds: 4}}}\n          envFrom:");
    private static final Pattern VERSION = Pattern.compile("VERSION=(\\d)");
    private static final Pattern POD = Pattern.compile("HOSTNAME=(\\S+)");
    private static final int MANY = 400;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> failures = new ConcurrentSkipListSet<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @Before
    public void needsRoutes() {
        assumeTrue("no ingress controller", System.getenv("INGRESS_URL") != null);
        assumeTrue(
                "the cluster serves no such routes",
                cluster.apis().serves("gateway.networking.k8s.io/v1", "HTTPRoute")
                        && cluster.apis().serves("traefik.io/v1alpha1", "IngressRoute"));
    }

    @After
    public void stopAsking() {
        over.set(true);
        if (cluster != null) {
            routes().forEach(route -> cluster.delete(route.ref()));
        }
    }

    @Test
    public void anHttpRouteSendsExactlyTheStepsShare() throws Exception {
        apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: gate}
                spec:
                  gatewayClassName: traefik
                  listeners: [{name: web, protocol: HTTP, port: PORT}]
                """);
        apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop}
                spec:
                  parentRefs: [{name: gate}]
                  rules:
                    - matches: [{headers: [{name: X-Shop, value: SHOP}]}]
                      backendRefs: [{name: web, port: 80}]
                """);
        aCanaryTakesItsShareAndAllIsAsBefore(Traffic.GATEWAY_API, "HTTPRoute");
    }

    @Test
    public void anIngressRouteSendsTheStepsShareAndKeepsUsersWhereTheyAre() throws Exception {
        apply("""
                apiVersion: traefik.io/v1alpha1
                kind: IngressRoute
                metadata: {name: shop}
                spec:
                  entryPoints: [web]
                  routes:
                    - match: Header(`X-Shop`, `SHOP`)
                      kind: Rule
                      services: [{name: web, port: 80, sticky: {cookie: {name: route}}}]
                """);
        aCanaryTakesItsShareAndAllIsAsBefore(Traffic.TRAEFIK, "IngressRoute");
    }

    private void aCanaryTakesItsShareAndAllIsAsBefore(Traffic traffic, String kind) throws Exception {
        healthy(FOUR, new Strategy.Rolling());
        awaitAnswer();
        KubeObject original = route(kind);
        workers.execute(this::ask);
        Canary five = new Canary(List.of(5), Pause.FIRST, Duration.ZERO, Duration.ZERO, Optional.empty(), traffic);

        ReleaseRecord paused = run(with(changed(), five));
        assertThat(paused.problem().toString(), paused.outcome(), equalTo(Outcome.PAUSED));
        awaitVersion("2");
        int fresh = count("2");
        assertThat("one of four pods is new", fresh, allOf(greaterThan(MANY / 100), lessThan(MANY * 9 / 100)));
        if (traffic == Traffic.TRAEFIK) {
            usersStay();
        }

        ReleaseRecord done = goOn();
        assertThat(done.problem().toString(), done.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(count("2"), equalTo(MANY));
        assertThat(route(kind).child("spec"), equalTo(original.child("spec")));
        assertThat(TrafficRoutes.isSplit(route(kind)), equalTo(false));
        assertThat(services(), equalTo(Set.of("web")));

        assertThat(
                run(with(FOUR.replace("VERSION: \"1\"", "VERSION: \"3\""), five))
                        .outcome(),
                equalTo(Outcome.PAUSED));
        awaitVersion("3");
        ReleaseRecord back = rollBack();
        assertThat(back.problem().toString(), back.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(count("2"), equalTo(MANY));
        assertThat(services(), equalTo(Set.of("web")));
        over.set(true);
        assertThat("no request failed at any time", failures, empty());
    }

    private void usersStay() throws Exception {
        for (int user = 0; user < 12; user++) {
            HttpResponse<String> first = get("");
            String cookies = String.join(
                    "; ",
                    first.headers().allValues("Set-Cookie").stream()
                            .map(c -> c.split(";")[0])
                            .toList());
            assertThat(cookies, not(equalTo("")));
            for (int again = 0; again < 10; again++) {
                assertThat(cookies, found(POD, get(cookies).body()), equalTo(found(POD, first.body())));
            }
        }
    }

    private int count(String version) throws Exception {
        int count = 0;
        for (int i = 0; i < MANY; i++) {
            count += found(VERSION, get("").body()).equals(version) ? 1 : 0;
        }
        return count;
    }

    private void ask() {
        while (!over.get()) {
            try {
                HttpResponse<String> answer = get("");
                if (answer.statusCode() != 200) {
                    failures.add("status " + answer.statusCode());
                }
            } catch (Exception e) {
                failures.add(e.toString());
            }
        }
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (get("").statusCode() != 200) {
            assertThat("the controller knows the route", System.nanoTime(), lessThanOrEqualTo(end));
        }
    }

    private void awaitVersion(String version) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!found(VERSION, get("").body()).equals(version)) {
            assertThat("new pods get requests", System.nanoTime(), lessThanOrEqualTo(end));
        }
    }

    private HttpResponse<String> get(String cookies) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(System.getenv("INGRESS_URL") + "/env"))
                .timeout(Duration.ofSeconds(10));
        return http.send(
                (cookies.isEmpty() ? request : request.header("Cookie", cookies))
                        .header("X-Shop", NAMESPACE.name())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String found(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        return match.find() ? match.group(1) : "";
    }

    private void apply(String yaml) {
        String port = String.valueOf(URI.create(System.getenv("INGRESS_URL")).getPort());
        KubeObject object =
                FakeObjects.parse(yaml.replace("SHOP", NAMESPACE.name()).replace("PORT", port));
        cluster.apply(object.with(NAMESPACE.name(), "metadata", "namespace"), ApplyOptions.PLAIN);
    }

    private List<KubeObject> routes() {
        return Map.of("HTTPRoute", "gateway.networking.k8s.io/v1", "IngressRoute", "traefik.io/v1alpha1")
                .entrySet()
                .stream()
                .filter(e -> cluster.apis().serves(e.getValue(), e.getKey()))
                .flatMap(e -> cluster.list(Selection.of(e.getValue(), e.getKey(), NAMESPACE.name())).stream())
                .toList();
    }

    private KubeObject route(String kind) {
        return routes().stream().filter(r -> r.kind().equals(kind)).findFirst().orElseThrow();
    }

    private Set<String> services() {
        Set<String> names = new TreeSet<>();
        cluster.list(Selection.of("v1", "Service", NAMESPACE.name())).forEach(s -> names.add(s.name()));
        return names;
    }

    private static String changed() {
        return FOUR.replace("VERSION: \"1\"", "VERSION: \"2\"");
    }

    private static ReleaseRequest with(String manifests, Strategy strategy) {
        return builder(manifests).strategy(strategy).build();
    }

    private void healthy(String manifests, Strategy strategy) throws InterruptedException {
        ReleaseRecord record = run(with(manifests, strategy));
        assertThat(record.problem().toString(), record.outcome(), equalTo(Outcome.HEALTHY));
    }

    private ReleaseRecord goOn() throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseRun.continueFrom(token(), tools(), saved::add, ended::add);
        return ended.poll(300, TimeUnit.SECONDS);
    }

    private ReleaseRecord rollBack() throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        ReleaseRun.rollBack(token(), tools(), saved::add, ended::add);
        return ended.poll(300, TimeUnit.SECONDS);
    }

    private WatchToken token() {
        return WatchToken.decode(saved.get(saved.size() - 1).encode());
    }
}
