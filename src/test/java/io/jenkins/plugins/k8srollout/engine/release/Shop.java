package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.util.List;
import java.util.Map;

/** Plays the controllers of a namespace with one Deployment: each method puts what they would show. */
final class Shop {
    static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    static final ObjectRef SERVICE = new ObjectRef("v1", "Service", "shop", "web");

    private final FakeCluster cluster;
    private final ManualScheduler scheduler;

    Shop(FakeCluster cluster, ManualScheduler scheduler) {
        this.cluster = cluster;
        this.scheduler = scheduler;
    }

    /** A Deployment of so many replicas at a generation, which is also its revision, and its ReplicaSet. */
    void deployment(int generation, int replicas, int updated, int available) {
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  {name: web, namespace: shop, uid: web, generation: %1$d, annotations: {deployment.kubernetes.io/revision: "%1$d"}}
                spec: {replicas: %2$d, template: {metadata: {labels: {app: web}}}}
                status: {observedGeneration: %1$d, replicas: %3$d, updatedReplicas: %3$d, readyReplicas: %4$d, availableReplicas: %4$d}
                """.formatted(generation, replicas, updated, available)));
    }

    void replicaSet(int revision) {
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: web-%1$d
                  namespace: shop
                  uid: web-%1$d
                  annotations: {deployment.kubernetes.io/revision: "%1$d"}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true}]
                """.formatted(revision)));
    }

    /** The newest ReplicaSet may not create pods. */
    void refuse(int revision, String message) {
        replicaSet(revision);
        cluster.status(
                new ObjectRef("apps/v1", "ReplicaSet", "shop", "web-" + revision),
                KubeObject.empty()
                        .with(
                                List.of(Map.of(
                                        "type",
                                        "ReplicaFailure",
                                        "status",
                                        "True",
                                        "reason",
                                        "FailedCreate",
                                        "lastTransitionTime",
                                        scheduler.now().toString(),
                                        "message",
                                        message)),
                                "conditions")
                        .toMap());
    }

    /** A pod of a revision; {@code container} is its container status as flow YAML without braces. */
    ObjectRef pod(int revision, String suffix, String phase, String container) {
        boolean ready = container.contains("ready: true");
        KubeObject pod = cluster.put(FakeObjects.parse(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-%1$d-%2$s
                  namespace: shop
                  uid: web-%1$d-%2$s
                  creationTimestamp: "%5$s"
                  labels: {app: web}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-%1$d, uid: web-%1$d, controller: true}]
                spec: {restartPolicy: Always, containers: [{name: app, image: registry.example.com/shop/web:%1$d, readinessProbe: {periodSeconds: 1}}]}
                status:
                  phase: %3$s
                  conditions: [{type: PodScheduled, status: "True"}, {type: Ready, status: "%6$s"}]
                  containerStatuses: [{name: app, %4$s}]
                """.formatted(revision, suffix, phase, container, scheduler.now(), ready ? "True" : "False")));
        return pod.ref();
    }

    ObjectRef running(int revision, String suffix, int restarts) {
        return pod(
                revision,
                suffix,
                "Running",
                "ready: true, started: true, restartCount: " + restarts + ", state: {running: {startedAt: \""
                        + scheduler.now() + "\"}}");
    }

    ObjectRef starting(int revision, String suffix) {
        return pod(
                revision,
                suffix,
                "Running",
                "ready: false, started: true, restartCount: 0, state: {running: {startedAt: \"" + scheduler.now()
                        + "\"}}");
    }

    ObjectRef crashing(int revision, String suffix, int restarts) {
        return pod(
                revision,
                suffix,
                "Running",
                "ready: false, started: false, restartCount: " + restarts
                        + ", state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 3, reason: Error}}");
    }

    ObjectRef noImage(int revision, String suffix) {
        return pod(
                revision,
                suffix,
                "Pending",
                "ready: false, restartCount: 0, state: {waiting: {reason: ErrImagePull, message: \"registry.example.com/shop/web:"
                        + revision + ": not found\"}}");
    }

    void event(ObjectRef pod, String reason, String message) {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Event
                metadata: {name: "%1$s.%2$s", namespace: shop}
                involvedObject: {apiVersion: v1, kind: Pod, name: %1$s, namespace: shop, uid: %1$s, fieldPath: "spec.containers{app}"}
                reason: %2$s
                message: "%3$s"
                lastTimestamp: "%4$s"
                firstTimestamp: "%4$s"
                """.formatted(pod.name(), reason, message, scheduler.now())));
    }

    void service() {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {type: ClusterIP, selector: {app: web}}
                """));
    }

    void endpoints(boolean ready) {
        cluster.put(FakeObjects.parse("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-abc, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: [192.0.2.7], conditions: {ready: %s}}]
                """.formatted(ready)));
    }
}
