package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that a look at a workload has shown.
 *
 * @param health the verdict, with the weightiest cause
 * @param causes every cause found, the weightiest first
 * @param lookAgain when the verdict will be another one even if nothing happens; empty if only an event can change it
 * @param restarts how often containers of the newest revision have been restarted, in all
 */
public record Assessment(Health health, List<Health.Cause> causes, Optional<Instant> lookAgain, long restarts) {
    public Assessment {
        causes = List.copyOf(causes);
    }

    static Assessment of(Health health) {
        return new Assessment(health, health.cause().stream().toList(), Optional.empty(), 0);
    }
}
