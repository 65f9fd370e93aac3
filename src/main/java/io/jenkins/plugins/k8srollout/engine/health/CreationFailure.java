package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Why the API server refuses to let a controller create pods, read from its words: in the condition
 * {@code ReplicaFailure} of a Deployment or ReplicaSet, or in the event {@code FailedCreate} of any workload.
 */
enum CreationFailure {
    NAMESPACE_ENDING(
            "NamespaceTerminating",
            true,
            m -> m.contains("because it is being terminated"),
            "Wait until the namespace is gone and create it again"),
    QUOTA_WANTS_LIMITS(
            "QuotaNeedsResources",
            true,
            m -> m.contains("failed quota") && m.contains("must specify"),
            "Give every container the requests and limits that the quota counts"),
    QUOTA(
            "QuotaExceeded",
            true,
            m -> m.contains("exceeded quota"),
            "Raise the namespace's ResourceQuota, lower requests or replicas, or roll out with maxSurge 0"),
    WEBHOOK_SILENT(
            "WebhookUnavailable",
            false,
            m -> m.contains("failed calling webhook") || m.contains("failed to call webhook"),
            "See whether the admission webhook's service runs"),
    WEBHOOK_DENIED(
            "AdmissionDenied",
            true,
            m -> m.contains("denied the request") || m.contains("denied request"),
            "Change the pod as the admission policy asks"),
    POD_SECURITY(
            "PodSecurityDenied",
            true,
            m -> m.contains("violates podsecurity")
                    || m.contains("pod security policy")
                    || m.contains("podsecuritypolicy")
                    || m.contains("security context constraint"),
            "Set the pod's securityContext as the namespace's policy asks"),
    // Made by a controller a moment after its namespace.
    DEFAULT_ACCOUNT(
            "ServiceAccountMissing",
            false,
            m -> m.contains("serviceaccount \"default\" not found") || m.contains("no api token found"),
            "Wait until the namespace's default service account exists"),
    ACCOUNT(
            "ServiceAccountMissing",
            true,
            m -> m.contains("error looking up service account"),
            "Create the ServiceAccount in the namespace, or correct serviceAccountName"),
    LIMIT_RANGE(
            "LimitRangeViolated",
            true,
            m -> m.contains("usage per container") || m.contains("usage per pod") || m.contains("to request ratio"),
            "Keep requests and limits inside the namespace's LimitRange"),
    PRIORITY_CLASS(
            "PriorityClassMissing",
            true,
            m -> m.contains("no priorityclass"),
            "Create the PriorityClass, or correct priorityClassName"),
    INVALID("PodInvalid", true, m -> m.contains("is invalid:"), "Correct the pod template"),
    OTHER("FailedCreate", false, m -> true, "See the workload's events: kubectl describe");

    private final String code;
    private final boolean certain;
    private final Predicate<String> words;
    private final String remedy;

    CreationFailure(String code, boolean certain, Predicate<String> words, String remedy) {
        this.code = code;
        this.certain = certain;
        this.words = words;
        this.remedy = remedy;
    }

    static CreationFailure of(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        for (CreationFailure failure : values()) {
            if (failure.words.test(lower)) {
                return failure;
            }
        }
        return OTHER;
    }

    /** Whether trying again cannot help. */
    boolean isCertain() {
        return certain;
    }

    Health.Cause cause(KubeObject workload, String message) {
        return new Health.Cause(
                certain ? Health.Weight.FATAL : Health.Weight.THRESHOLD,
                code,
                workload.ref(),
                "",
                "its pods cannot be created: " + ServerWords.shown(message),
                remedy);
    }

    /** The cause that an object's own condition tells; empty if its pods can be created. */
    static Optional<Health.Cause> ofCondition(KubeObject object) {
        return Conditions.isTrue(object, "ReplicaFailure")
                .map(Conditions::message)
                .map(message -> of(message).cause(object, message));
    }
}
