package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.util.Optional;

/** The node cannot give the pod its network or its sandbox. */
final class SandboxCheck implements PodCheck {
    @Override
    public Optional<Diagnosis> check(PodView view) {
        boolean begun = view.containers().stream().anyMatch(c -> c.isRunning() || c.isDown());
        return begun
                ? Optional.empty()
                : view.newest("FailedCreatePodSandBox")
                        .map(event -> Diagnosis.from(
                                event.first().plus(view.policy().runtime()),
                                view.now(),
                                view.cause(
                                        Health.Weight.THRESHOLD,
                                        "FailedCreatePodSandBox",
                                        event.message(),
                                        "See the node's network plugin and container runtime")));
    }
}
