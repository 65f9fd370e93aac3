package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/**
 * The end of a pod as a whole: evicted, out of time, its node shut down or gone. Not the end of its containers, which
 * the kubelet starts again. Pure.
 */
final class PodEnd {
    private PodEnd() {}

    /**
     * Why the pod has ended, in the cluster's words; empty if it has not, or if its own process has ended it.
     * {@code status.reason} is not always kept, kubernetes/kubernetes#105467; what is left then is a condition.
     */
    static Optional<String> reason(KubeObject pod) {
        Optional<String> reason = pod.text("status", "reason").filter(r -> !r.isEmpty());
        if (!isFailed(pod)) {
            return reason.filter("NodeLost"::equals);
        }
        return reason.or(() -> disruption(pod).map(Conditions::reason).filter(r -> !r.isEmpty()))
                .or(() -> endsOnlyFromOutside(pod) ? Optional.of("PodFailed") : Optional.empty());
    }

    /** The cluster's sentence about it. */
    static String message(KubeObject pod) {
        return pod.text("status", "message")
                .filter(m -> !m.isEmpty())
                .or(() -> disruption(pod).map(Conditions::message).filter(m -> !m.isEmpty()))
                .orElse("the pod has ended");
    }

    /** Whether it is lost, and its controller makes another: one such pod says nothing about the next. */
    static boolean isReplaced(KubeObject pod) {
        return isFailed(pod)
                && !owners(pod).isEmpty()
                && !isOfJob(pod)
                && reason(pod).isPresent();
    }

    static boolean isFailed(KubeObject pod) {
        return pod.text("status", "phase").orElse("").equals("Failed");
    }

    static boolean isOfJob(KubeObject pod) {
        return owners(pod).stream().anyMatch(o -> o.text("kind").orElse("").equals("Job"));
    }

    // Its containers are started again and again, whatever their states say: those that the kubelet can no longer
    // find are reported as ended with 137 (kubernetes/kubernetes#122160).
    private static boolean endsOnlyFromOutside(KubeObject pod) {
        return !isOfJob(pod)
                && !owners(pod).isEmpty()
                && pod.text("spec", "restartPolicy").orElse("Always").equals("Always");
    }

    private static Optional<KubeObject> disruption(KubeObject pod) {
        return Conditions.isTrue(pod, "DisruptionTarget");
    }

    private static List<KubeObject> owners(KubeObject pod) {
        return pod.children("metadata", "ownerReferences");
    }
}
