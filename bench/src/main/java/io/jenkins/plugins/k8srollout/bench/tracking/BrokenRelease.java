package io.jenkins.plugins.k8srollout.bench.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A kind of release that cannot succeed.
 *
 * @param name for the table
 * @param code what the engine is to call it
 * @param bound most seconds from the decisive event to the report; above 1 where a rule grants time after the event
 * @param slow whether the cluster itself takes many seconds to get there, so that several run at a time
 * @param pod the pod template's spec, with IMAGE for one that works
 * @param decisive the first object that shows what the verdict needs
 */
record BrokenRelease(String name, String code, double bound, boolean slow, String pod, Predicate<JsonNode> decisive) {
    private static final Set<String> PULL = Set.of("ErrImagePull", "ImagePullBackOff");

    static final List<BrokenRelease> ALL = List.of(
            waiting("wrong tag", "ImageNotFound", container("REGISTRY/base/web:no-such-tag", ""), PULL),
            new BrokenRelease(
                    "registry refuses connections, third attempt",
                    "ImagePullFailed",
                    1,
                    true,
                    container("127.0.0.1:9/base/web:1", ""),
                    event("Failed", "Failed to pull", 3)),
            waiting(
                    "invalid image name",
                    "InvalidImageName",
                    container("REGISTRY/Base/Web:1", ""),
                    Set.of("InvalidImageName")),
            waiting(
                    "missing ConfigMap",
                    "ConfigurationMissing",
                    container("IMAGE", "envFrom: [{configMapRef: {name: absent}}]"),
                    Set.of("CreateContainerConfigError")),
            waiting(
                    "missing key of a Secret",
                    "ConfigurationMissing",
                    container("IMAGE", "env: [{name: A, valueFrom: {secretKeyRef: {name: present, key: absent}}}]"),
                    Set.of("CreateContainerConfigError")),
            new BrokenRelease(
                    "quota exceeded",
                    "QuotaExceeded",
                    1,
                    false,
                    container("IMAGE", "resources: {limits: {memory: 2Gi}, requests: {memory: 2Gi}}"),
                    refusedPod()),
            new BrokenRelease(
                    "outside the LimitRange",
                    "LimitRangeViolated",
                    1,
                    false,
                    container("IMAGE", "resources: {limits: {memory: 1Gi}, requests: {memory: 64Mi}}"),
                    refusedPod()),
            new BrokenRelease(
                    "missing ServiceAccount",
                    "ServiceAccountMissing",
                    1,
                    false,
                    "serviceAccountName: absent\n" + container("IMAGE", ""),
                    refusedPod()),
            new BrokenRelease(
                    "missing volume claim, 15 s granted",
                    "VolumeClaimMissing",
                    16,
                    true,
                    container("IMAGE", "") + "volumes: [{name: data, persistentVolumeClaim: {claimName: absent}}]\n",
                    BrokenRelease::isWithoutClaim),
            restarting("crash loop, after two restarts", "CrashLoopBackOff", "env: [{name: EXIT_CODE, value: \"3\"}]"),
            restarting(
                    "out of memory, after two restarts",
                    "OOMKilled",
                    "env: [{name: EAT_MEMORY, value: \"200\"}]\n    resources: {limits: {memory: 32Mi}}"),
            restarting(
                    "failing liveness probe, after two restarts",
                    "LivenessProbeFailed",
                    "livenessProbe: {httpGet: {path: /none, port: 9}, periodSeconds: 1, failureThreshold: 1}"));

    private static String container(String image, String more) {
        return "containers:\n  - name: web\n    image: " + image + "\n" + (more.isEmpty() ? "" : "    " + more + "\n");
    }

    private static BrokenRelease waiting(String name, String code, String pod, Set<String> reasons) {
        return new BrokenRelease(
                name,
                code,
                1,
                false,
                pod,
                object -> object.path("status").path("containerStatuses").findParents("waiting").stream()
                        .anyMatch(s -> reasons.contains(
                                s.path("waiting").path("reason").asText())));
    }

    private static BrokenRelease restarting(String name, String code, String more) {
        return new BrokenRelease(name, code, 1, true, container("IMAGE", more), object -> {
            for (JsonNode container : object.path("status").path("containerStatuses")) {
                if (container.path("restartCount").asInt() >= 2
                        && !container.path("state").has("running")) {
                    return true;
                }
            }
            return false;
        });
    }

    private static Predicate<JsonNode> event(String reason, String words, int count) {
        return object -> object.path("reason").asText().equals(reason)
                && object.path("message").asText().contains(words)
                && object.path("count").asInt() >= count;
    }

    /** An event of the ReplicaSet, or the Deployment's condition, whichever comes first. */
    private static Predicate<JsonNode> refusedPod() {
        return object -> {
            for (JsonNode condition : object.path("status").path("conditions")) {
                if (condition.path("type").asText().equals("ReplicaFailure")) {
                    return true;
                }
            }
            return object.path("reason").asText().equals("FailedCreate");
        };
    }

    private static boolean isWithoutClaim(JsonNode object) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("PodScheduled")
                    && condition.path("message").asText().contains("not found")) {
                return true;
            }
        }
        return false;
    }

    /** @param deadline progressDeadlineSeconds */
    String manifest(String object, String registry, int deadline) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: 1
                  progressDeadlineSeconds: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                """.formatted(object, deadline)
                + pod.replace("IMAGE", "REGISTRY/base/web:1")
                        .replace("REGISTRY", registry)
                        .indent(6);
    }
}
