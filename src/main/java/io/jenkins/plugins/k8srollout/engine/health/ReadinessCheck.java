package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All runs, but is not ready. Inside a start-up probe's budget that is a slow start and never decisive; after it, the
 * readiness probe has {@link HealthPolicy#readiness} to succeed.
 */
final class ReadinessCheck implements PodCheck {
    private static final long PERIOD = 10;
    private static final long THRESHOLD = 3;

    @Override
    public Optional<Diagnosis> check(PodView view) {
        Optional<ContainerView> unready = view.containers().stream()
                .filter(c -> c.isRunning() && !c.isReady() && !c.init())
                .findFirst();
        if (unready.isPresent()) {
            ContainerView container = unready.get();
            return Optional.of(container.isStarted() ? readiness(view, container) : start(view, container));
        }
        return gate(view);
    }

    private static Diagnosis start(PodView view, ContainerView container) {
        return Diagnosis.open(view.cause(
                container,
                Health.Weight.WAITING,
                "Starting",
                container.words() + " is starting" + said(view, container, "Startup"),
                ""));
    }

    private static Diagnosis readiness(PodView view, ContainerView container) {
        Instant since = container.runningSince().orElse(view.created()).plus(slack(container));
        Instant limit = since.plus(view.policy().readiness());
        Health.Weight weight = view.now().isBefore(limit) ? Health.Weight.WAITING : Health.Weight.THRESHOLD;
        Health.Cause cause = view.cause(
                container,
                weight,
                "ReadinessProbeFailed",
                container.words() + " runs but is not ready" + said(view, container, "Readiness"),
                "See the application's log; correct the probe's path and port, or add a startupProbe if it only needs"
                        + " longer");
        return Diagnosis.from(limit, view.now(), cause);
    }

    private static String said(PodView view, ContainerView container, String probe) {
        return view.newest(container, "Unhealthy", probe + " probe")
                .map(e -> ": " + e.message())
                .orElse("");
    }

    private static Duration slack(ContainerView container) {
        return Duration.ofSeconds(container.spec().numberOr(0, "readinessProbe", "initialDelaySeconds"))
                .plus(budget(container.spec().child("startupProbe")));
    }

    // Defaults of core/v1 Probe.
    private static Duration budget(KubeObject probe) {
        return probe.isEmpty()
                ? Duration.ZERO
                : Duration.ofSeconds(probe.numberOr(0, "initialDelaySeconds")
                        + probe.numberOr(PERIOD, "periodSeconds") * probe.numberOr(THRESHOLD, "failureThreshold"));
    }

    private static Optional<Diagnosis> gate(PodView view) {
        boolean allReady = Conditions.isTrue(view.pod(), "ContainersReady").isPresent();
        for (KubeObject gate : view.pod().children("spec", "readinessGates")) {
            String type = gate.text("conditionType").orElse("");
            if (allReady && Conditions.isTrue(view.pod(), type).isEmpty()) {
                return Optional.of(Diagnosis.open(view.cause(
                        Health.Weight.WAITING,
                        "ReadinessGate",
                        "its containers are ready, but the condition " + type + " is not met",
                        "See the controller that sets it, often a load balancer's")));
            }
        }
        return Optional.empty();
    }
}
