package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;

/** Batches on a real cluster: what every single pod event shows is within what was promised. */
public class BatchesClusterTest extends ReleaseRunClusterFixture {
    private static final Batches THREE = Batches.DEFAULT.withSizes(BatchSizes.equal(3));
    private static final String FIVE = MANIFESTS.replace("replicas: 2", "replicas: 5");
    private static final String STORE = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              replicas: 3
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: store
                      image: REGISTRY/base/web:1
                      env: [{name: VERSION, value: "1"}]
                      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """;
    private static final String AGENT = STORE.replace("StatefulSet", "DaemonSet")
            .replace("name: store", "name: agent")
            .replace("app: store", "app: agent")
            .replace("  serviceName: store\n  replicas: 3\n", "");

    @After
    public void removeOthers() {
        if (cluster != null) {
            cluster.delete(NAMESPACE.ref("apps/v1", "StatefulSet", "store"));
            cluster.delete(NAMESPACE.ref("apps/v1", "DaemonSet", "agent"));
        }
    }

    @Test
    public void stopFirstNeverStopsMoreThanABatch() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        KubeObject original = live().child("spec").without("template");
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            healthy(changed(FIVE), THREE);
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(3L));
            assertThat(pods.most(), lessThanOrEqualTo(5L));
        }
        assertThat("all is as it was", live().child("spec").without("template"), equalTo(original));
        assertThat(live().annotations().containsKey(Hold.ANNOTATION), equalTo(false));
    }

    @Test
    public void startFirstNeverServesWithFewer() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            healthy(changed(FIVE), THREE.withOrder(Order.START_FIRST));
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(5L));
            assertThat(pods.most(), lessThanOrEqualTo(7L));
        }
    }

    @Test
    public void aPauseHoldsExactlyAlsoWhenScaledAndGoesOn() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            ReleaseRecord paused = run(with(changed(FIVE), THREE.withPause(Pause.EVERY)));
            assertThat(paused.problem().toString(), paused.outcome(), equalTo(Outcome.PAUSED));
            assertThat(pods.mostNew(), equalTo(2L));

            assertThat(goOn().outcome(), equalTo(Outcome.PAUSED));
            assertThat(pods.mostNew(), equalTo(4L));
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(3L));

            cluster.patch(web(), KubeObject.of(Map.of("spec", Map.of("replicas", 8))));
            assertThat(goOn().outcome(), equalTo(Outcome.HEALTHY));
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(3L));
        }
    }

    @Test
    public void undoInMidHoldReturnsEverythingAtOnce() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        KubeObject original = live().child("spec").without("template");
        assertThat(run(with(changed(FIVE), THREE.withPause(Pause.FIRST))).outcome(), equalTo(Outcome.PAUSED));
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
            ReleaseRun.rollBack(token(), tools(), saved::add, ended::add);
            ReleaseRecord record = ended.poll(120, TimeUnit.SECONDS);
            assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
            assertThat("the rest never stopped serving", pods.fewestReady(), greaterThanOrEqualTo(3L));
        }
        assertThat(live().child("spec").without("template"), equalTo(original));
    }

    @Test
    public void aBatchThatCannotStartIsAllThatFails() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            ReleaseRecord record = run(with(FIVE.replace("web:1", "web:absent"), THREE));
            assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
            assertThat(record.problem().orElseThrow().sentence(), containsString("absent"));
            assertThat(pods.fewestReady(), equalTo(3L));
            assertThat(pods.mostNew(), equalTo(2L));
        }
    }

    @Test
    public void aReleaseOnTopOfAHeldOneEndsBothHolds() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        KubeObject original = live().child("spec").without("template");
        assertThat(run(with(changed(FIVE), THREE.withPause(Pause.FIRST))).outcome(), equalTo(Outcome.PAUSED));
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            healthy(FIVE.replace("VERSION: \"1\"", "VERSION: \"3\""), THREE.withOrder(Order.START_FIRST));
            // The half-done release's pods are no old ones to keep; those of the last whole one are.
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(5L));
        }
        assertThat(live().child("spec").without("template"), equalTo(original));
    }

    @Test
    public void recreateStopsAllBeforeItStartsAny() throws InterruptedException {
        healthy(FIVE, new Strategy.Rolling());
        KubeObject original = live().child("spec").without("template");
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "web")) {
            healthy(changed(FIVE), new Strategy.Recreate());
            assertThat(pods.fewestReady(), equalTo(0L));
        }
        assertThat(live().child("spec").without("template"), equalTo(original));
    }

    @Test
    public void statefulSetIsHeldByItsPartition() throws InterruptedException {
        healthy(STORE, new Strategy.Rolling());
        try (PodLedger pods = new PodLedger(cluster, NAMESPACE.name(), "store")) {
            ReleaseRecord paused = run(with(changed(STORE), THREE.withPause(Pause.EVERY)));
            assertThat(paused.problem().toString(), paused.outcome(), equalTo(Outcome.PAUSED));
            assertThat(pods.mostNew(), equalTo(1L));
            assertThat(goOn().outcome(), equalTo(Outcome.PAUSED));
            assertThat(pods.mostNew(), equalTo(2L));
            assertThat(goOn().outcome(), equalTo(Outcome.HEALTHY));
            assertThat(pods.fewestReady(), greaterThanOrEqualTo(2L));
        }
        ObjectRef store = NAMESPACE.ref("apps/v1", "StatefulSet", "store");
        assertThat(
                cluster.get(store).orElseThrow().numberOr(0, "spec", "updateStrategy", "rollingUpdate", "partition"),
                equalTo(0L));
    }

    @Test
    public void daemonSetIsReplacedByDeletionAndGetsItsStrategyBack() throws InterruptedException {
        healthy(AGENT, new Strategy.Rolling());
        ObjectRef agent = NAMESPACE.ref("apps/v1", "DaemonSet", "agent");
        KubeObject original = cluster.get(agent).orElseThrow().child("spec", "updateStrategy");
        healthy(changed(AGENT), Batches.DEFAULT);
        assertThat(cluster.get(agent).orElseThrow().child("spec", "updateStrategy"), equalTo(original));
        assertThat(cluster.get(agent).orElseThrow().annotations().containsKey(Hold.ANNOTATION), equalTo(false));
    }

    private static String changed(String manifests) {
        return manifests.replace("VERSION: \"1\"", "VERSION: \"2\"").replace("value: \"1\"", "value: \"2\"");
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
        ReleaseRecord record = ended.poll(300, TimeUnit.SECONDS);
        assertThat("the release ended", record != null);
        return record;
    }

    private WatchToken token() {
        return WatchToken.decode(saved.get(saved.size() - 1).encode());
    }
}
