package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which ingress controllers send a session's requests to its pod as long as that serves, though it is about to end, and
 * no new sessions. Pure.
 */
public final class DrainingControllers {
    // Traefik: terminating endpoints that serve are kept for their cookies ("fenced") since 3.3. HAProxy Ingress:
    // global
    // option drain-support, https://haproxy-ingress.github.io/docs/configuration/keys/#drain-support
    private static final Map<String, String> TABLE = Map.of(
            "traefik", "",
            "traefik-ingress-nginx", "",
            "haproxy-ingress", "HAProxy Ingress does that only if its global option drain-support is on");

    private DrainingControllers() {}

    /** Why users of an Ingress may lose their sessions at once all the same; empty if they keep them. */
    public static Optional<String> doubt(KubeObject ingress, List<KubeObject> classes) {
        String name;
        try {
            name = ControllerChoice.of(ingress, classes).name();
        } catch (ReleaseException e) {
            return Optional.of(ingress.ref() + ": which controller serves it is not known ("
                    + e.problem().reason() + "), and few keep a session on a pod that is about to end");
        }
        String doubt = TABLE.getOrDefault(
                name, name + " sends a session's requests elsewhere as soon as its pod is about to end");
        return doubt.isEmpty() ? Optional.empty() : Optional.of(ingress.ref() + ": " + doubt);
    }
}
