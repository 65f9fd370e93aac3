package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.util.Optional;

/**
 * The kubelet kills a container because its liveness or start-up probe fails. The container's own end then says
 * nothing: a server that shuts down cleanly ends with 0. The newest Killing event tells.
 */
final class ProbeKillCheck implements PodCheck {
    @Override
    public Optional<Diagnosis> check(PodView view) {
        return view.containers().stream()
                .flatMap(container -> one(view, container).stream())
                .findFirst();
    }

    private static Optional<Diagnosis> one(PodView view, ContainerView container) {
        if (container.isReady() || container.restarts() == 0 && !container.isDown()) {
            return Optional.empty();
        }
        return kill(view, container, "startup", "StartupProbeFailed", "Startup")
                .or(() -> kill(view, container, "liveness", "LivenessProbeFailed", "Liveness"));
    }

    private static Optional<Diagnosis> kill(
            PodView view, ContainerView container, String probe, String code, String prefix) {
        if (view.newest(container, "Killing", "failed " + probe + " probe").isEmpty()) {
            return Optional.empty();
        }
        String words = view.newest(container, "Unhealthy", prefix + " probe")
                .map(EventView::message)
                .orElse(prefix + " probe failed");
        Health.Cause cause = view.cause(
                container,
                Health.Weight.THRESHOLD,
                code,
                container.words() + " was restarted " + container.restarts()
                        + (container.restarts() == 1 ? " time: " : " times: ") + words,
                "Correct the probe's path and port, or give the application more time: "
                        + "startupProbe.failureThreshold times periodSeconds");
        return Optional.of(
                container.restarts() >= view.policy().restarts() ? Diagnosis.now(cause) : Diagnosis.open(cause));
    }
}
