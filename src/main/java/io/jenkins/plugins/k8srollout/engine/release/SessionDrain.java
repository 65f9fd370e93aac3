package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a Deployment's pods go on serving for a while after they were told to end, so that users who have a session there
 * can finish. The kubelet ends a container only after its {@code preStop} has returned; meanwhile the pod is terminating:
 * it gets no new sessions, and keeps those whose cookie names it wherever the ingress controller knows the difference
 * ({@link DrainStage}). Pure.
 */
final class SessionDrain {
    private static final long USUAL_GRACE = 30;
    // https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks: the action sleep is on from 1.30
    private static final int SLEEP_SINCE = 30;

    private SessionDrain() {}

    /**
     * The same with a drain; the object itself if it is no Deployment or there is to be none. What a manifest says itself
     * about the end of a container is left alone.
     *
     * @param serverVersion major and minor, as in {@code 1.34}
     */
    static KubeObject keep(KubeObject object, Duration drain, String serverVersion) {
        if (drain.isZero() || !applies(object)) {
            return object;
        }
        long seconds = drain.toSeconds();
        long grace = object.numberOr(USUAL_GRACE, "spec", "template", "spec", "terminationGracePeriodSeconds");
        List<Object> containers = new ArrayList<>();
        for (KubeObject container : object.children("spec", "template", "spec", "containers")) {
            containers.add(
                    container.has("lifecycle", "preStop")
                            ? container.fields()
                            : container
                                    .with(wait(seconds, serverVersion), "lifecycle", "preStop")
                                    .fields());
        }
        return object.with(containers, "spec", "template", "spec", "containers")
                .with(seconds + grace, "spec", "template", "spec", "terminationGracePeriodSeconds");
    }

    private static Map<String, Object> wait(long seconds, String serverVersion) {
        return isNative(serverVersion)
                ? Map.of("sleep", Map.of("seconds", seconds))
                : Map.of("exec", Map.of("command", List.of("sleep", String.valueOf(seconds))));
    }

    /** Whether the kubelet itself can wait; otherwise the image needs a program {@code sleep}. */
    static boolean isNative(String serverVersion) {
        String[] parts = serverVersion.split("\\.");
        return parts.length > 1 && parts[1].matches("\\d+") && Integer.parseInt(parts[1]) >= SLEEP_SINCE;
    }

    static boolean applies(KubeObject object) {
        return object.kind().equals("Deployment")
                && object.has("spec", "template", "spec", "containers")
                && object.text("spec", "strategy", "type")
                        .filter("Recreate"::equals)
                        .isEmpty();
    }

    /** What a drain does not do for this workload; empty if it is drained as asked. */
    static Optional<String> loss(KubeObject object, String serverVersion) {
        boolean held = List.of("StatefulSet", "DaemonSet").contains(object.kind());
        boolean recreated = object.kind().equals("Deployment") && !applies(object);
        if (held || recreated) {
            return Optional.of(object.ref() + " is not drained: its new pods wait for the end of the old ones");
        }
        if (!applies(object)) {
            return Optional.empty();
        }
        List<String> own = object.children("spec", "template", "spec", "containers").stream()
                .filter(c -> c.has("lifecycle", "preStop"))
                .map(c -> c.text("name").orElse(""))
                .toList();
        if (!own.isEmpty()) {
            return Optional.of(object.ref() + ": container " + String.join(", ", own)
                    + " has a preStop of its own, which decides how long it goes on");
        }
        return isNative(serverVersion)
                ? Optional.empty()
                : Optional.of(
                        object.ref() + ": before Kubernetes 1.30 the images need the program sleep to be drained");
    }
}
