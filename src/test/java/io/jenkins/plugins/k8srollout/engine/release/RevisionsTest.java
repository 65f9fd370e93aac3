package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class RevisionsTest {
    private final FakeCluster cluster = new FakeCluster();

    @Test
    public void statefulSetReturnsToWhatMostPodsRun() {
        KubeObject store = cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: store, namespace: shop, uid: store}
                spec: {selector: {matchLabels: {app: store}}}
                status: {currentRevision: store-a, updateRevision: store-b}
                """));
        kept("store", "store-a", 1);
        kept("store", "store-b", 2);
        kept("stranger", "store-c", 3);
        assertThat(Revisions.serving(cluster, store).orElseThrow().name(), equalTo("store-a"));
    }

    @Test
    public void deploymentWhosePodsAreAllNewAndReadyIsKnownByItsNumber() {
        KubeObject whole = FakeObjects.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  {name: web, namespace: shop, uid: web, generation: 7, annotations: {deployment.kubernetes.io/revision: "3"}}
                spec: {replicas: 2, selector: {matchLabels: {app: web}}}
                status: {observedGeneration: 7, replicas: 2, updatedReplicas: 2, readyReplicas: 2}
                """);
        Revision found = Revisions.inPlace(cluster.put(whole)).orElseThrow();
        assertThat(found.toString(), equalTo("revision 3"));
        for (KubeObject other : List.of(
                whole.with(3, "status", "replicas"),
                whole.with(1, "status", "readyReplicas"),
                whole.with(6, "status", "observedGeneration"),
                whole.with(true, "spec", "paused"),
                whole.with(0, "spec", "replicas"))) {
            assertThat(Revisions.inPlace(other), equalTo(Optional.empty()));
        }
        replicaSet("web-a", "2", "");
        assertThat(Revisions.find(cluster, whole.ref(), found), equalTo(Optional.empty()));
        replicaSet("web-b", "3", "");
        assertThat(Revisions.find(cluster, whole.ref(), found).orElseThrow().name(), equalTo("web-b"));
        replicaSet("web-b", "5", "1,3");
        assertThat(
                "returned to",
                Revisions.find(cluster, whole.ref(), found).orElseThrow().name(),
                equalTo("web-b"));
    }

    private void replicaSet(String name, String number, String earlier) {
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: %s
                  namespace: shop
                  labels: {app: web}
                  annotations: {deployment.kubernetes.io/revision: "%s", deployment.kubernetes.io/revision-history: "%s"}
                  ownerReferences: [{kind: Deployment, name: web, uid: web}]
                """.formatted(name, number, earlier)));
    }

    @Test
    public void statefulSetWithoutEndOfUpdateReturnsToWhatIsReady() {
        for (String strategy : List.of("{type: OnDelete}", "{rollingUpdate: {partition: 1}}")) {
            KubeObject store = unended(strategy);
            kept("store", "store-a", 1);
            kept("store", "store-b", 2);
            kept("store", "store-c", 3);
            pod("store-0", "store-b", true);
            pod("store-1", "store-c", true);
            assertThat(strategy, Revisions.serving(cluster, store).orElseThrow().name(), equalTo("store-c"));
            pod("store-1", "store-c", false);
            assertThat(strategy, Revisions.serving(cluster, store).orElseThrow().name(), equalTo("store-b"));
        }
    }

    @Test
    public void updateThatNobodyHasLetBeginIsReturnedTo() {
        KubeObject store = unended("{type: OnDelete}");
        kept("store", "store-a", 1);
        kept("store", "store-c", 3);
        pod("store-0", "store-a", true);
        assertThat(Revisions.serving(cluster, store).orElseThrow().name(), equalTo("store-c"));
    }

    private KubeObject unended(String strategy) {
        return cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: store, namespace: shop, uid: store}
                spec: {selector: {matchLabels: {app: store}}, updateStrategy: %s}
                status: {currentRevision: store-a, updateRevision: store-c}
                """.formatted(strategy)));
    }

    private void pod(String name, String revision, boolean ready) {
        podOf("store", name, revision, ready);
    }

    private void podOf(String owner, String name, String revision, boolean ready) {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata:
                  {name: %s, namespace: shop, labels: {controller-revision-hash: %s}, ownerReferences: [{uid: %s}]}
                status: {conditions: [{type: Ready, status: "%s"}]}
                """.formatted(name, revision, owner, ready ? "True" : "False")));
    }

    @Test
    public void daemonSetReturnsToItsNewest() {
        KubeObject agent = cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: shop, uid: agent}
                spec: {selector: {matchLabels: {app: store}}}
                """));
        assertThat(Revisions.serving(cluster, agent).isPresent(), is(false));
        kept("agent", "agent-a", 1);
        kept("agent", "agent-b", 2);
        assertThat(
                Revisions.serving(cluster, agent).orElseThrow().toString(),
                equalTo("revision 2 (ControllerRevision agent-b)"));
    }

    @Test
    public void daemonSetDoesNotReturnToARevisionThatWasLeftBroken() {
        KubeObject agent = cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: shop, uid: agent}
                spec: {selector: {matchLabels: {app: store}}}
                """));
        for (String hash : List.of("a", "b")) {
            kept("agent", "agent-" + hash, hash.equals("a") ? 1 : 2);
            cluster.put(cluster.get(new ObjectRef("apps/v1", "ControllerRevision", "shop", "agent-" + hash))
                    .orElseThrow()
                    .with(hash, "metadata", "labels", "controller-revision-hash"));
        }
        podOf("agent", "agent-1", "a", true);
        podOf("agent", "agent-2", "b", false);
        assertThat(Revisions.serving(cluster, agent).orElseThrow().name(), equalTo("agent-a"));
        podOf("agent", "agent-2", "b", true);
        assertThat(Revisions.serving(cluster, agent).orElseThrow().name(), equalTo("agent-b"));
    }

    @Test
    public void daemonSetWhoseUpdateNobodyHasLetBeginReturnsToWhatIsAskedFor() {
        KubeObject agent = cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: shop, uid: agent}
                spec: {selector: {matchLabels: {app: store}}, updateStrategy: {type: OnDelete}}
                """));
        kept("agent", "agent-a", 1);
        kept("agent", "agent-b", 2);
        podOf("agent", "agent-1", "a", true);
        assertThat(Revisions.serving(cluster, agent).orElseThrow().name(), equalTo("agent-b"));
    }

    @Test
    public void templateIsWithoutWhatTheControllerAdded() {
        KubeObject controllerRevision = FakeObjects.parse(
                "{kind: ControllerRevision, data: {spec: {template: {$patch: replace, spec: {a: b}}}}}");
        assertThat(Revisions.template(controllerRevision), equalTo(FakeObjects.parse("{spec: {a: b}}")));
        KubeObject replicaSet = FakeObjects.parse(
                "{kind: ReplicaSet, spec: {template: {metadata: {labels: {app: x, pod-template-hash: y}}}}}");
        assertThat(Revisions.template(replicaSet), equalTo(FakeObjects.parse("{metadata: {labels: {app: x}}}")));
    }

    private void kept(String owner, String name, int revision) {
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: ControllerRevision
                metadata: {name: %s, namespace: shop, labels: {app: store}, ownerReferences: [{uid: %s}]}
                revision: %d
                """.formatted(name, owner, revision)));
    }
}
