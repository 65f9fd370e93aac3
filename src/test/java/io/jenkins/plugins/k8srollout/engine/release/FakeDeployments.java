package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays the Deployment controller and the kubelets: each template gets its ReplicaSet and pod at once. An image whose
 * name holds {@code absent} cannot be pulled, one that holds {@code slow} starts and never becomes ready.
 */
final class FakeDeployments {
    private static final String REVISION = "deployment.kubernetes.io/revision";

    private final FakeCluster cluster;
    private final Map<List<Object>, String> byTemplate = new LinkedHashMap<>();
    private final Map<String, String> earlier = new HashMap<>(); // numbers that a ReplicaSet has had
    private int revision;

    FakeDeployments(FakeCluster cluster) {
        this.cluster = cluster;
        cluster.react("Deployment", this::reconcile);
    }

    private void reconcile(KubeObject deployment) {
        if (deployment.flag("spec", "paused")) {
            return;
        }
        revision++;
        KubeObject template = deployment.child("spec", "template");
        String name = byTemplate.computeIfAbsent(
                List.of(deployment.name(), template), t -> deployment.name() + "-" + byTemplate.size());
        String image = template.text("spec", "containers", 0, "image").orElse("");
        boolean ready = !image.contains("absent") && !image.contains("slow");
        cluster.put(FakeObjects.parse("""
                        apiVersion: apps/v1
                        kind: ReplicaSet
                        metadata:
                          name: %1$s
                          namespace: %2$s
                          uid: %1$s
                          labels: {app: web}
                          annotations: {%3$s: "%4$d", %3$s-history: "%8$s"}
                          ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %5$s, uid: %6$s, controller: true}]
                        status: {readyReplicas: %7$d}
                        """.formatted(
                                name,
                                deployment.namespace(),
                                REVISION,
                                revision,
                                deployment.name(),
                                deployment.uid(),
                                ready ? 1 : 0,
                                earlier.getOrDefault(name, "")))
                .with(
                        template.with("hash", "metadata", "labels", "pod-template-hash")
                                .fields(),
                        "spec",
                        "template"));
        earlier.merge(name, String.valueOf(revision), (before, number) -> before + "," + number);
        pod(name, deployment.namespace(), image, ready);
        int available = ready ? 1 : 0;
        cluster.put(cluster.get(deployment.ref())
                .orElseThrow()
                .with(String.valueOf(revision), "metadata", "annotations", REVISION)
                .with(
                        Map.of(
                                "observedGeneration",
                                deployment.numberOr(1, "metadata", "generation"),
                                "replicas",
                                1,
                                "updatedReplicas",
                                1,
                                "readyReplicas",
                                available,
                                "availableReplicas",
                                available),
                        "status"));
    }

    private void pod(String owner, String namespace, String image, boolean ready) {
        String state = image.contains("absent")
                ? "waiting: {reason: ErrImagePull, message: \"" + image + ": not found\"}"
                : "running: {startedAt: \"2026-01-01T00:00:00Z\"}";
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %1$s-a
                  namespace: %2$s
                  uid: %1$s-a
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  labels: {app: web}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %1$s, uid: %1$s, controller: true}]
                spec: {restartPolicy: Always, containers: [{name: web, image: "%3$s", readinessProbe: {periodSeconds: 1}}]}
                status:
                  phase: %4$s
                  conditions: [{type: PodScheduled, status: "True"}, {type: Ready, status: "%5$s"}]
                  containerStatuses: [{name: web, ready: %6$s, started: true, restartCount: 0, state: {%7$s}}]
                """.formatted(
                        owner,
                        namespace,
                        image,
                        image.contains("absent") ? "Pending" : "Running",
                        ready ? "True" : "False",
                        ready,
                        state)));
    }

    static ObjectRef ref(String name) {
        return new ObjectRef("apps/v1", "Deployment", "shop", name);
    }
}
