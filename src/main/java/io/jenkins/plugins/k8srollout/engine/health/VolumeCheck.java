package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A volume cannot be attached or mounted. The containers then wait without a word; the events tell. The kubelet's
 * summary "Unable to attach or mount volumes: … timed out" comes later and hides the reason.
 */
final class VolumeCheck implements PodCheck {
    private static final Set<String> REASONS = Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume");
    private static final Set<String> NOT_STARTED = Set.of("ContainerCreating", "PodInitializing", "");
    private static final List<String> SUMMARY = List.of("unable to attach or mount volumes", "unable to mount volumes");
    private static final List<String> PASSING = List.of("failed to sync", "not registered", "timed out waiting");
    private static final List<String> MISSING =
            List.of("not found", "non-existent config key", "non-existent secret key");
    private static final List<String> HOST_PATH = List.of("hostpath type check failed");

    @Override
    public Optional<Diagnosis> check(PodView view) {
        boolean waits = Conditions.isTrue(view.pod(), "PodScheduled").isPresent()
                && !view.containers().isEmpty()
                && view.containers().stream()
                        .allMatch(c -> NOT_STARTED.contains(c.waitingFor()) && !c.isRunning() && !c.isDown());
        return waits ? root(view).map(event -> judge(view, event)) : Optional.empty();
    }

    private static Optional<EventView> root(PodView view) {
        List<EventView> all =
                view.events().stream().filter(e -> REASONS.contains(e.reason())).toList();
        return all.stream()
                .filter(e -> !ServerWords.hasAny(lower(e), SUMMARY))
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    private static Diagnosis judge(PodView view, EventView event) {
        String words = lower(event);
        Instant since = event.first();
        HealthPolicy policy = view.policy();
        if (words.contains("multi-attach")) {
            return Diagnosis.open(view.cause(
                    Health.Weight.WAITING,
                    "VolumeInUse",
                    event.message(),
                    "The volume is attached to another node; it follows when the old pod is gone. With a"
                            + " ReadWriteOnce volume use the strategy Recreate or a StatefulSet"));
        }
        if (!ServerWords.hasAny(words, PASSING) && ServerWords.hasAny(words, MISSING)) {
            return Diagnosis.from(
                    since.plus(policy.missing()),
                    view.now(),
                    view.cause(
                            Health.Weight.FATAL,
                            "VolumeSourceMissing",
                            event.message(),
                            "Create it in the pod's namespace, correct the reference, or mark it optional"));
        }
        if (ServerWords.hasAny(words, HOST_PATH)) {
            return Diagnosis.from(
                    since.plus(policy.missing()),
                    view.now(),
                    view.cause(
                            Health.Weight.FATAL,
                            "HostPathMissing",
                            event.message(),
                            "Create the path on the nodes, or set hostPath.type to DirectoryOrCreate"));
        }
        return Diagnosis.from(
                since.plus(policy.runtime()),
                view.now(),
                view.cause(
                        Health.Weight.THRESHOLD,
                        event.reason(),
                        event.message(),
                        "See the volume's driver and the node's events"));
    }

    private static String lower(EventView event) {
        return event.message().toLowerCase(Locale.ROOT);
    }
}
