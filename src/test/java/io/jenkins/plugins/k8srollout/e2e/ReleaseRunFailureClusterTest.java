package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** Releases on a real cluster that are refused, or fail and are undone. */
public class ReleaseRunFailureClusterTest extends ReleaseRunClusterFixture {
    private static final String ORDERED = """
            apiVersion: v1
            kind: Service
            metadata: {name: store}
            spec: {clusterIP: None, selector: {app: store}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              replicas: 2
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: store, image: "REGISTRY/base/web:1", resources: {limits: {memory: 64Mi}}}]
            """;

    @Test
    public void wrongTagIsRolledBackAndHealthyAgain() throws InterruptedException {
        run(request(MANIFESTS));
        KubeObject before = live();
        String broken = MANIFESTS
                .replace("base/web:1", "base/web:absent")
                .replace("envFrom:", "env: [{name: NEW, value: x}]\n          envFrom:");
        ReleaseRecord failed = run(request(broken));
        assertThat(failed.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(failed.problem().orElseThrow().kind(), equalTo(Problem.Kind.UNHEALTHY));
        assertThat(failed.cause().orElseThrow().container(), equalTo("web"));
        assertThat(live().child("spec", "template"), equalTo(before.child("spec", "template")));
        assertThat(
                saved.subList(2, saved.size()).stream().map(WatchToken::phase).toList(),
                equalTo(List.of(Phase.APPLYING, Phase.RELEASE, Phase.ROLLING_BACK, Phase.ROLLBACK)));
        ReleaseRecord mended = run(request(MANIFESTS.replace("periodSeconds: 1", "periodSeconds: 2")));
        assertThat("nothing conflicts after a rollback", mended.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                live().children("spec", "template", "spec", "containers").get(0).has("env"), is(false));
    }

    @Test
    public void statefulSetIsRolledBackAlthoughItWaitsForItsBrokenPod() throws InterruptedException {
        run(request(ORDERED));
        ReleaseRecord failed = run(request(ORDERED.replace("base/web:1", "base/web:absent")));
        assertThat(failed.outcome(), equalTo(Outcome.ROLLED_BACK));
    }

    @Test
    public void failedReleaseIsHeldAndTheNextGoesOn() throws InterruptedException {
        run(request(MANIFESTS));
        ReleaseRecord held = run(builder(MANIFESTS.replace("base/web:1", "base/web:absent"))
                .onFailure(OnFailure.HOLD)
                .build());
        assertThat(held.outcome(), equalTo(Outcome.HELD));
        assertThat(live().flag("spec", "paused"), is(true));
        assertThat(run(request(MANIFESTS)).outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().flag("spec", "paused"), is(false));
    }

    @Test
    public void firstReleaseThatFailsIsLeftAndSaidSo() throws InterruptedException {
        ReleaseRecord failed = run(request(MANIFESTS.replace("base/web:1", "base/web:absent")));
        assertThat(failed.outcome(), equalTo(Outcome.FAILED));
        assertThat(failed.problem().orElseThrow().reason(), containsString("is new and has no previous revision"));
    }

    @Test
    public void refusedObjectsAreToldTogetherAndNothingIsChanged() throws InterruptedException {
        String bad = MANIFESTS
                .replace("name: settings}", "name: settings, labels: {x: \"no good\"}}")
                .replace("cpu: 10m", "cpu: 10m, example.com/thing: 5");
        ReleaseRecord record = run(request(bad));
        assertThat(record.outcome(), equalTo(Outcome.FAILED));
        assertThat(record.objects(), hasSize(0));
        assertThat(cluster.get(web()).isPresent(), is(false));
    }

    @Test
    public void missingNamespaceIsRefusedOrCreated() throws InterruptedException {
        ReleaseRequest.Builder builder = builder(MANIFESTS).namespace(NAMESPACE.absent());
        ReleaseRecord refused = run(builder.build());
        assertThat(refused.problem().orElseThrow().sentence(), containsString("createNamespace"));
        ReleaseRecord made = run(builder.createNamespace(true).build());
        OwnNamespace.delete(NAMESPACE.absent());
        assertThat(made.outcome(), equalTo(Outcome.HEALTHY));
    }

    @Test
    public void readOnlyRoleIsRefusedInOneErrorBeforeAnythingChanges() throws InterruptedException {
        ClusterAccess access = RawClient.readOnlyUser(Testbed.access(), cluster, NAMESPACE.name());
        try (Fabric8Cluster reader = Fabric8Cluster.open(access, scheduler, sink)) {
            BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
            ReleaseTools tools = new ReleaseTools(reader, scheduler, workers, sink);
            ReleaseRun.start(request(MANIFESTS), tools, saved::add, ended::add);
            ReleaseRecord record = ended.poll(60, TimeUnit.SECONDS);
            assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
            assertThat(
                    record.problem().orElseThrow().sentence(),
                    allOf(
                            containsString("patch deployments"),
                            containsString("kind: Role"),
                            containsString("Nothing was changed")));
            assertThat(cluster.get(web()).isPresent(), is(false));
        }
    }
}
