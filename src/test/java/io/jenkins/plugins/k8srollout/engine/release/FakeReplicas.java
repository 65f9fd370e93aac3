package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.SimulatedDeployment;
import io.jenkins.plugins.k8srollout.testutil.SimulatedDeployment.Shown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Plays the Deployment controller and the kubelets for Deployments of several replicas: after each change the cluster
 * shows how far the rollout gets by itself. An image whose name holds {@code absent} cannot be pulled.
 */
public final class FakeReplicas {
    private static final String REVISION = "deployment.kubernetes.io/revision";

    private static final int MOST_PODS = 12;

    private final FakeCluster cluster;
    private final Map<ObjectRef, SimulatedDeployment> simulated = new HashMap<>();
    private final Map<Object, String> names = new LinkedHashMap<>();
    private final Map<String, Integer> revisions = new HashMap<>();
    private final Map<String, List<String>> earlier = new HashMap<>();
    private final List<String> history = new ArrayList<>();
    private int last;

    public FakeReplicas(FakeCluster cluster) {
        this.cluster = cluster;
        cluster.react("Deployment", this::reconcile);
    }

    /** How many pods of the newest template, and how many in all, after each change that was another one. */
    public List<String> history() {
        return history;
    }

    private static boolean isBroken(Object template) {
        return template.toString().contains("absent");
    }

    private void reconcile(KubeObject deployment) {
        SimulatedDeployment web = simulated.computeIfAbsent(
                deployment.ref(), r -> new SimulatedDeployment(deployment, FakeReplicas::isBroken));
        web.apply(deployment);
        web.settle(new Random(1));
        String now = web.newPods() + "/" + web.pods();
        if (history.isEmpty() || !history.get(history.size() - 1).equals(now)) {
            history.add(now);
        }
        for (Shown set : web.shown()) {
            show(deployment, set);
        }
        cluster.put(cluster.get(deployment.ref())
                .orElseThrow()
                .with(String.valueOf(last), "metadata", "annotations", REVISION)
                .with(
                        Map.of(
                                "observedGeneration",
                                deployment.numberOr(1, "metadata", "generation"),
                                "replicas",
                                web.pods(),
                                "updatedReplicas",
                                web.newPods(),
                                "readyReplicas",
                                web.ready(),
                                "availableReplicas",
                                web.available()),
                        "status"));
    }

    private void show(KubeObject deployment, Shown set) {
        String name = names.computeIfAbsent(set.template(), t -> deployment.name() + "-" + names.size());
        if (set.newest() && revisions.getOrDefault(name, 0) < last || !revisions.containsKey(name)) {
            Optional.ofNullable(revisions.get(name))
                    .ifPresent(n -> earlier.computeIfAbsent(name, k -> new ArrayList<>())
                            .add(String.valueOf(n)));
            revisions.put(name, ++last);
        }
        KubeObject template = KubeObject.of((Map<?, ?>) set.template());
        cluster.put(FakeObjects.parse("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: %1$s
                  namespace: %2$s
                  uid: %1$s
                  labels: {app: web, pod-template-hash: hash-of-%1$s}
                  annotations: {%3$s: "%4$d", %3$s-history: "%8$s"}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %5$s, uid: %6$s, controller: true}]
                status: {readyReplicas: %7$d}
                """.formatted(
                                name,
                                deployment.namespace(),
                                REVISION,
                                revisions.get(name),
                                deployment.name(),
                                deployment.uid(),
                                set.ready(),
                                String.join(",", earlier.getOrDefault(name, List.of()))))
                .with(
                        template.with("hash-of-" + name, "metadata", "labels", "pod-template-hash")
                                .fields(),
                        "spec",
                        "template"));
        for (int i = 0; i < MOST_PODS; i++) {
            ObjectRef pod = new ObjectRef("v1", "Pod", deployment.namespace(), name + "-" + i);
            if (i < set.replicas()) {
                cluster.put(pod(pod, name, template, i < set.ready()));
            } else {
                cluster.remove(pod);
            }
        }
    }

    /** All pods of the newest revision stop being ready. */
    void breakDown(ObjectRef deployment) {
        simulated.get(deployment).breakDown();
        reconcile(cluster.get(deployment).orElseThrow());
    }

    /** A container of the newest revision ends, and is up again. */
    void restart() {
        String newest = revisions.entrySet().stream()
                .filter(r -> r.getValue() == last)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        ObjectRef ref = new ObjectRef("v1", "Pod", "shop", newest + "-0");
        KubeObject pod = cluster.get(ref).orElseThrow();
        cluster.put(pod.with(1, "status", "containerStatuses", 0, "restartCount"));
    }

    private static KubeObject pod(ObjectRef ref, String owner, KubeObject template, boolean ready) {
        String image = template.text("spec", "containers", 0, "image").orElse("");
        String state = image.contains("absent")
                ? "waiting: {reason: ErrImagePull, message: \"" + image + ": not found\"}"
                : "running: {startedAt: \"2026-01-01T00:00:00Z\"}";
        return FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %1$s
                  namespace: %2$s
                  uid: %1$s
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  labels: {app: web, pod-template-hash: hash-of-%3$s}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %3$s, uid: %3$s, controller: true}]
                spec: {restartPolicy: Always, containers: [{name: web, image: "%4$s", readinessProbe: {periodSeconds: 1}}]}
                status:
                  phase: %5$s
                  conditions: [{type: PodScheduled, status: "True"}, {type: Ready, status: "%6$s"}]
                  containerStatuses: [{name: web, ready: %7$s, started: true, restartCount: 0, state: {%8$s}}]
                """.formatted(
                        ref.name(),
                        ref.namespace(),
                        owner,
                        image,
                        image.contains("absent") ? "Pending" : "Running",
                        ready ? "True" : "False",
                        ready,
                        state));
    }
}
