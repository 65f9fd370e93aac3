package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.strategy.ColourRoute;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.Before;
import org.junit.Test;

/** Blue-green on a real cluster: what users get, request after request, and whom the Service sends to at any time. */
public class BlueGreenClusterTest extends ReleaseRunClusterFixture {
    private static final String HOST = "blue-green.example.com";
    private static final String THREE = MANIFESTS.replace("replicas: 2", "replicas: 3")
            + """
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web}
            spec:
              ingressClassName: CLASS
              rules:
                - host: blue-green.example.com
                  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
            """.replace("CLASS", String.valueOf(System.getenv("INGRESS_CLASS")));
    private static final BlueGreen SHORT = keeping(3, false);
    private static final BlueGreen LONG = keeping(300, false);

    private static BlueGreen keeping(int seconds, boolean pause) {
        return new BlueGreen(Duration.ofSeconds(seconds), pause, Duration.ZERO, Optional.empty());
    }

    @Before
    public void haveAServedDeployment() throws InterruptedException, IOException {
        assumeTrue("INGRESS_URL is not set", System.getenv("INGRESS_URL") != null);
        cluster.delete(service());
        Testbed.awaitGone(cluster, service());
        healthy(version(1), new Strategy.Rolling());
        ColourLedger.awaitServed(HOST);
    }

    @Test
    public void noRequestFailsAndTheServiceNeverSendsToBoth() throws InterruptedException {
        KubeObject original = live().child("spec").without("template");
        KubeObject booked = cluster.booked(service()).orElseThrow();
        try (ColourLedger ledger = ledger()) {
            healthy(version(2), SHORT);
            healthy(version(3), SHORT);
            assertThat(ledger.versions(), equalTo(List.of("1", "2", "3")));
            proper(ledger);
            assertThat(ledger.colours(), hasSize(3));
        }
        assertThat(live().child("spec").without("template"), equalTo(original));
        asBefore(booked);
    }

    @Test
    public void aPauseIsBeforeTheSwitchAndTheWayBackIsOnePatch() throws InterruptedException {
        KubeObject booked = cluster.booked(service()).orElseThrow();
        try (ColourLedger ledger = ledger()) {
            ReleaseRecord paused = run(with(version(2), keeping(300, true)));
            assertThat(paused.problem().toString(), paused.outcome(), equalTo(Outcome.PAUSED));
            assertThat(live().numberOr(0, "status", "readyReplicas"), equalTo(6L));
            assertThat(ledger.versions(), equalTo(List.of("1")));

            BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
            Cancellable going = ReleaseRun.continueFrom(token(), tools(), saved::add, ended::add);
            Testbed.await(cluster, web(), d -> Colours.of(d)
                    .filter(Colours::isSwitched)
                    .isPresent());
            Testbed.await(cluster, service(), s -> ColourRoute.colour(s)
                    .equals(Colours.of(live()).map(Colours::fresh)));
            going.cancel();
            assertThat(ended.poll(60, TimeUnit.SECONDS).outcome(), equalTo(Outcome.CANCELLED));
            ReleaseRecord back = end(done -> ReleaseRun.rollBack(token(), tools(), saved::add, done::add));
            assertThat(back.problem().toString(), back.outcome(), equalTo(Outcome.ROLLED_BACK));
            proper(ledger);
            assertThat(ledger.versions().get(ledger.versions().size() - 1), equalTo("1"));
        }
        asBefore(booked);
    }

    @Test
    public void theNextReleaseEndsAKeptColourFirst() throws InterruptedException {
        KubeObject booked = cluster.booked(service()).orElseThrow();
        try (ColourLedger ledger = ledger()) {
            BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
            Cancellable keeping = ReleaseRun.start(with(version(2), LONG), tools(), saved::add, ended::add);
            Testbed.await(cluster, web(), d -> Colours.of(d)
                    .filter(Colours::isSwitched)
                    .isPresent());
            keeping.cancel();
            assertThat(ended.poll(60, TimeUnit.SECONDS).outcome(), equalTo(Outcome.CANCELLED));
            healthy(version(3), SHORT);
            proper(ledger);
            assertThat(ledger.versions(), equalTo(List.of("1", "2", "3")));
        }
        asBefore(booked);
    }

    @Test
    public void aColourThatCannotStartIsNeverServed() throws InterruptedException {
        KubeObject booked = cluster.booked(service()).orElseThrow();
        try (ColourLedger ledger = ledger()) {
            ReleaseRecord record = run(with(version(2).replace("web:1", "web:absent"), SHORT));
            assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
            assertThat(record.problem().orElseThrow().sentence(), containsString("absent"));
            assertThat(ledger.versions(), equalTo(List.of("1")));
            proper(ledger);
        }
        asBefore(booked);
    }

    @Test
    public void aServiceThatKubectlHasMadeBelongsToItAgain() throws InterruptedException {
        RawClient.create(
                Testbed.access(),
                "/api/v1/namespaces/" + NAMESPACE.name() + "/services",
                FakeObjects.parse("""
                                apiVersion: v1
                                kind: Service
                                metadata: {name: admin}
                                spec: {selector: {app: web}, ports: [{port: 81, targetPort: 8080}]}
                                """).with(NAMESPACE.name(), "metadata", "namespace"),
                "kubectl-client-side-apply");
        ObjectRef admin = NAMESPACE.ref("v1", "Service", "admin");
        KubeObject before = cluster.booked(admin).orElseThrow();
        try {
            healthy(version(2), SHORT);
            KubeObject after = cluster.booked(admin).orElseThrow();
            assertThat(after.child("spec"), equalTo(before.child("spec")));
            assertThat(
                    after.children("metadata", "managedFields"), equalTo(before.children("metadata", "managedFields")));
        } finally {
            cluster.delete(admin);
        }
    }

    private void proper(ColourLedger ledger) {
        assertThat("no request failed", ledger.failures(), empty());
        assertThat("one colour at any time", ledger.colours(), everyItem(hasSize(1)));
    }

    /** Selector, annotations and owners of the Service are what they were. */
    private void asBefore(KubeObject booked) {
        KubeObject after = cluster.booked(service()).orElseThrow();
        assertThat(after.strings("spec", "selector"), equalTo(Map.of("app", "web")));
        assertThat(after.annotations(), equalTo(booked.annotations()));
        assertThat(owners(after), equalTo(owners(booked)));
        assertThat(Colours.of(live()), equalTo(Optional.empty()));
    }

    private static List<Object> owners(KubeObject booked) {
        return booked.children("metadata", "managedFields").stream()
                .map(e -> (Object) e.without("time").fields())
                .toList();
    }

    private static String version(int number) {
        return THREE.replace("VERSION: \"1\"", "VERSION: \"" + number + "\"");
    }

    private ColourLedger ledger() {
        return new ColourLedger(cluster, NAMESPACE.name(), "web", HOST);
    }

    private static ObjectRef service() {
        return NAMESPACE.ref("v1", "Service", "web");
    }

    private static ReleaseRequest with(String manifests, Strategy strategy) {
        return builder(manifests).strategy(strategy).build();
    }

    private void healthy(String manifests, Strategy strategy) throws InterruptedException {
        ReleaseRecord record = run(with(manifests, strategy));
        assertThat(record.problem().toString(), record.outcome(), equalTo(Outcome.HEALTHY));
    }

    private static ReleaseRecord end(Function<BlockingQueue<ReleaseRecord>, Cancellable> start)
            throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        start.apply(ended);
        ReleaseRecord record = ended.poll(300, TimeUnit.SECONDS);
        assertThat("the release ended", record != null);
        return record;
    }

    private WatchToken token() {
        return WatchToken.decode(saved.get(saved.size() - 1).encode());
    }
}
