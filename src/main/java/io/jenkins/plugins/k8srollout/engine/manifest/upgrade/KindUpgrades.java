package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import java.util.List;
import java.util.Optional;

/** The table of kinds that can be rewritten. */
final class KindUpgrades {
    private static final String RBAC = "rbac.authorization.k8s.io/";
    private static final String STORAGE = "storage.k8s.io/";
    private static final String FLOW = "flowcontrol.apiserver.k8s.io/";
    private static final String GATEWAY = "gateway.networking.k8s.io/";

    private static final List<KindUpgrade> TABLE = List.of(
            new DeploymentUpgrade(),
            new DaemonSetUpgrade(),
            new StatefulSetUpgrade(),
            new ReplicaSetUpgrade(),
            new CronJobUpgrade(),
            new IngressUpgrade(),
            new PodDisruptionBudgetUpgrade(),
            new HorizontalPodAutoscalerUpgrade(),
            new CustomResourceDefinitionUpgrade(),
            new WebhookUpgrade(),
            new SameSchemaUpgrade(
                    List.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
                    RBAC + "v1",
                    RBAC + "v1beta1",
                    RBAC + "v1alpha1"),
            new SameSchemaUpgrade(
                    List.of("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment", "CSIStorageCapacity"),
                    STORAGE + "v1",
                    STORAGE + "v1beta1"),
            new SameSchemaUpgrade(
                    List.of("PriorityClass"),
                    "scheduling.k8s.io/v1",
                    "scheduling.k8s.io/v1beta1",
                    "scheduling.k8s.io/v1alpha1"),
            new SameSchemaUpgrade(List.of("Lease"), "coordination.k8s.io/v1", "coordination.k8s.io/v1beta1"),
            new SameSchemaUpgrade(List.of("RuntimeClass"), "node.k8s.io/v1", "node.k8s.io/v1beta1"),
            new SameSchemaUpgrade(List.of("APIService"), "apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1beta1"),
            new SameSchemaUpgrade(List.of("NetworkPolicy"), "networking.k8s.io/v1", "extensions/v1beta1"),
            new SameSchemaUpgrade(List.of("IngressClass"), "networking.k8s.io/v1", "networking.k8s.io/v1beta1"),
            new SameSchemaUpgrade(List.of("PodSecurityPolicy"), "policy/v1beta1", "extensions/v1beta1"),
            new SameSchemaUpgrade(
                    List.of("FlowSchema"), FLOW + "v1", FLOW + "v1beta3", FLOW + "v1beta2", FLOW + "v1beta1"),
            new SameSchemaUpgrade(
                    List.of("Gateway", "GatewayClass", "HTTPRoute"), GATEWAY + "v1", GATEWAY + "v1beta1"));

    private KindUpgrades() {}

    static Optional<KindUpgrade> of(String apiVersion, String kind) {
        return TABLE.stream()
                .filter(u -> u.kinds().contains(kind) && u.versions().contains(apiVersion))
                .findFirst();
    }
}
