package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What must be watched to judge some objects: one selection per kind and namespace, without selectors, so that any
 * number of waits share one connection. Pure.
 */
final class WatchPlan {
    private static final Set<String> WITH_PODS =
            Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod");
    private static final List<String> SLICES = List.of("discovery.k8s.io/v1", "discovery.k8s.io/v1beta1");

    private WatchPlan() {}

    static List<Selection> of(List<WaitRequest.Target> targets, ServedApis apis) {
        Set<Selection> plan = new LinkedHashSet<>();
        for (WaitRequest.Target target : targets) {
            ObjectRef ref = target.ref();
            if (!HealthRules.isHealthyByExisting(ref)) {
                plan.add(Selection.of(ref.apiVersion(), ref.kind(), ref.namespace()));
                plan.addAll(surroundings(ref, apis));
            }
        }
        return List.copyOf(plan);
    }

    private static List<Selection> surroundings(ObjectRef ref, ServedApis apis) {
        List<Selection> plan = new ArrayList<>();
        if (ref.kind().equals("Deployment")) {
            plan.add(Selection.of("apps/v1", "ReplicaSet", ref.namespace()));
        }
        if (WITH_PODS.contains(ref.kind())) {
            plan.add(Selection.of("v1", "Pod", ref.namespace()));
        }
        if (WITH_PODS.contains(ref.kind()) || ref.kind().equals("PersistentVolumeClaim")) {
            plan.add(Selection.of("v1", "Event", ref.namespace()));
        }
        if (ref.kind().equals("Service") && ref.group().isEmpty()) {
            plan.add(endpoints(ref.namespace(), apis));
        }
        return plan;
    }

    /** Where a server tells which pods are behind a Service, and ready. */
    static Selection endpoints(String namespace, ServedApis apis) {
        return SLICES.stream()
                .filter(version -> apis.serves(version, "EndpointSlice"))
                .findFirst()
                .map(version -> Selection.of(version, "EndpointSlice", namespace))
                .orElse(Selection.of("v1", "Endpoints", namespace));
    }
}
