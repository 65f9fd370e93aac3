package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Sorts objects so that what others need comes first: a pod finds its account, configuration and volumes, a custom
 * resource its definition, a quota is in force before the pods it counts.
 */
public final class ApplyOrder {
    private static final List<Set<String>> BEFORE_CUSTOM = List.of(
            Set.of("Namespace"),
            Set.of("CustomResourceDefinition"),
            Set.of(
                    "PriorityClass",
                    "StorageClass",
                    "RuntimeClass",
                    "IngressClass",
                    "GatewayClass",
                    "VolumeSnapshotClass"),
            Set.of("PodSecurityPolicy", "ServiceAccount"),
            Set.of("ClusterRole", "Role"),
            Set.of("ClusterRoleBinding", "RoleBinding"),
            Set.of("ResourceQuota", "LimitRange", "NetworkPolicy"),
            Set.of("Secret"),
            Set.of("ConfigMap"),
            Set.of("PersistentVolume"),
            Set.of("PersistentVolumeClaim"),
            Set.of("Service", "Endpoints", "EndpointSlice"));
    private static final List<Set<String>> AFTER_WORKLOADS = List.of(
            Set.of("PodDisruptionBudget"),
            Set.of("HorizontalPodAutoscaler", "VerticalPodAutoscaler", "ScaledObject"),
            Set.of("Gateway"),
            Set.of(
                    "Ingress",
                    "HTTPRoute",
                    "GRPCRoute",
                    "TLSRoute",
                    "TCPRoute",
                    "UDPRoute",
                    "IngressRoute",
                    "HTTPProxy",
                    "VirtualService",
                    "DestinationRule"),
            // A webhook or an aggregated API whose pods do not run yet would refuse everything that follows.
            Set.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService"));

    private ApplyOrder() {}

    /**
     * Custom resources come after Services and before workloads, because many of them make what pods need: secrets,
     * certificates, databases. Those that hold a pod template are workloads.
     *
     * @return the same objects; those of one rank keep their order
     */
    public static List<KubeObject> sort(List<KubeObject> objects) {
        List<KubeObject> sorted = new ArrayList<>(objects);
        sorted.sort(Comparator.comparingInt(ApplyOrder::rank));
        return List.copyOf(sorted);
    }

    private static int rank(KubeObject object) {
        int custom = BEFORE_CUSTOM.size();
        int workload = custom + 1;
        int before = indexOf(BEFORE_CUSTOM, object.kind());
        int after = indexOf(AFTER_WORKLOADS, object.kind());
        if (PodTemplates.of(object).isPresent()) {
            return workload;
        }
        return before >= 0 ? before : after >= 0 ? workload + 1 + after : custom;
    }

    private static int indexOf(List<Set<String>> ranks, String kind) {
        for (int i = 0; i < ranks.size(); i++) {
            if (ranks.get(i).contains(kind)) {
                return i;
            }
        }
        return -1;
    }
}
