package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * When a container that nobody probes may be believed. Without a readiness probe it is ready as soon as its process
 * exists, so that one that crashes at once shows a healthy workload for a moment, and again after each restart.
 */
final class Settling {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Settling() {}

    /** @return when the last container will have run long enough; empty if all are probed or have not started */
    static Optional<Instant> end(Collection<KubeObject> pods, HealthPolicy policy) {
        return pods.stream()
                .map(pod -> PodView.of(pod, List.of(), policy, Instant.EPOCH))
                .flatMap(view -> view.containers().stream())
                .filter(c -> !c.init() && !c.spec().has("readinessProbe"))
                .flatMap(c -> c.runningSince().map(since -> since.plus(needed(c, policy))).stream())
                .max(Instant::compareTo);
    }

    // One that has crashed before must outlive its last run.
    private static Duration needed(ContainerView container, HealthPolicy policy) {
        KubeObject last = container.status().child("lastState", "terminated");
        Optional<Instant> begun = EventView.time(last, "startedAt");
        Optional<Instant> ended = EventView.time(last, "finishedAt");
        if (begun.isEmpty() || ended.isEmpty() || begun.get().equals(Instant.EPOCH)) {
            return policy.unproven();
        }
        Duration life = Duration.between(begun.get(), ended.get()).plus(policy.unproven());
        return life.compareTo(LONGEST) > 0 ? LONGEST : life;
    }
}
