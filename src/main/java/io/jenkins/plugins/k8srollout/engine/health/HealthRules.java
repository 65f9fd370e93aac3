package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges an object of any kind by what it says of itself, without looking at its pods; {@link WorkloadHealth} does
 * that. Pure and thread-safe.
 *
 * <p>The numbers are those that {@code kubectl rollout status} (rollout_status.go) and kstatus compare. On purpose
 * unlike kstatus: a kind that tells nothing is {@code UNKNOWN} and not current, a failed pod has failed, a running Job
 * is not done, and a workload of the {@code OnDelete} strategy is done only when its pods are new.
 */
public final class HealthRules {
    private static final KindRule BY_EXISTING = object -> KindRule.healthy("exists");

    private static final Map<String, KindRule> TABLE = Map.ofEntries(
            Map.entry("apps/Deployment", new DeploymentRule()),
            Map.entry("apps/StatefulSet", new StatefulSetRule()),
            Map.entry("apps/DaemonSet", new DaemonSetRule()),
            Map.entry("apps/ReplicaSet", new ReplicaSetRule()),
            Map.entry("extensions/Deployment", new DeploymentRule()),
            Map.entry("extensions/DaemonSet", new DaemonSetRule()),
            Map.entry("extensions/ReplicaSet", new ReplicaSetRule()),
            Map.entry("batch/Job", new JobRule()),
            Map.entry("batch/CronJob", new CronJobRule()),
            Map.entry("/Pod", new PodRule()),
            Map.entry("/PersistentVolumeClaim", new ClaimRule()),
            Map.entry("/PersistentVolume", new VolumeRule()),
            Map.entry("/Service", new ServiceRule()),
            Map.entry("/Namespace", new NamespaceRule()),
            Map.entry("networking.k8s.io/Ingress", new IngressRule()),
            Map.entry("extensions/Ingress", new IngressRule()),
            Map.entry("autoscaling/HorizontalPodAutoscaler", new AutoscalerRule()),
            Map.entry("policy/PodDisruptionBudget", new DisruptionBudgetRule()),
            Map.entry("apiextensions.k8s.io/CustomResourceDefinition", new DefinitionRule()),
            Map.entry("/ConfigMap", BY_EXISTING),
            Map.entry("/Secret", BY_EXISTING),
            Map.entry("/ServiceAccount", BY_EXISTING),
            Map.entry("/Endpoints", BY_EXISTING),
            Map.entry("/LimitRange", BY_EXISTING),
            Map.entry("/ResourceQuota", BY_EXISTING),
            Map.entry("rbac.authorization.k8s.io/Role", BY_EXISTING),
            Map.entry("rbac.authorization.k8s.io/RoleBinding", BY_EXISTING),
            Map.entry("rbac.authorization.k8s.io/ClusterRole", BY_EXISTING),
            Map.entry("rbac.authorization.k8s.io/ClusterRoleBinding", BY_EXISTING),
            Map.entry("networking.k8s.io/NetworkPolicy", BY_EXISTING),
            Map.entry("networking.k8s.io/IngressClass", BY_EXISTING),
            Map.entry("storage.k8s.io/StorageClass", BY_EXISTING),
            Map.entry("scheduling.k8s.io/PriorityClass", BY_EXISTING),
            Map.entry("discovery.k8s.io/EndpointSlice", BY_EXISTING),
            Map.entry("admissionregistration.k8s.io/ValidatingWebhookConfiguration", BY_EXISTING),
            Map.entry("admissionregistration.k8s.io/MutatingWebhookConfiguration", BY_EXISTING));

    // Their controllers always report the generation, so that its absence means they have not looked yet.
    private static final Set<String> ALWAYS_OBSERVED =
            Set.of("apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet");

    private static final KindRule OTHER = new ConditionsRule();

    private HealthRules() {}

    /** Judges one object as the server shows it. */
    public static Health judge(KubeObject object) {
        if (object.has("metadata", "deletionTimestamp") && !object.kind().equals("Namespace")) {
            return KindRule.progressing("is being deleted");
        }
        return unobserved(object)
                .orElseGet(() -> TABLE.getOrDefault(key(object), OTHER).judge(object));
    }

    /** Whether objects of this kind are healthy as soon as they exist, so that nothing about them needs a watch. */
    public static boolean isHealthyByExisting(ObjectRef ref) {
        return TABLE.get(ref.group() + "/" + ref.kind()) == BY_EXISTING;
    }

    /** Whether nothing is known of the kind but the customs of conditions. */
    public static boolean isJudgedByConditions(ObjectRef ref) {
        return !TABLE.containsKey(ref.group() + "/" + ref.kind());
    }

    /** Whether the controller has seen the object's current generation; true if it never says. */
    static boolean isObserved(KubeObject object) {
        return unobserved(object).isEmpty();
    }

    private static Optional<Health> unobserved(KubeObject object) {
        Optional<Long> seen = object.number("status", "observedGeneration");
        long wanted = object.numberOr(0, "metadata", "generation");
        if (seen.isEmpty() && !ALWAYS_OBSERVED.contains(key(object))) {
            return Optional.empty();
        }
        return seen.isPresent() && seen.get() >= wanted
                ? Optional.empty()
                : Optional.of(KindRule.progressing("its controller has not yet seen generation " + wanted));
    }

    private static String key(KubeObject object) {
        return object.ref().group() + "/" + object.kind();
    }
}
