package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.health.Assessment;
import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.health.ServiceHealth;
import io.jenkins.plugins.k8srollout.engine.health.WorkloadHealth;
import io.jenkins.plugins.k8srollout.engine.health.WorkloadSnapshot;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One object of a wait, as judged last. Not thread-safe. */
final class TargetState {
    /** How long a missing or mute object may stay so: it may be made, or find its voice, a moment later. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final WaitRequest.Target target;
    private final HealthPolicy policy;
    private Assessment last = new Assessment(
            Health.of(Health.State.ABSENT, "its state could not be read yet"), List.of(), Optional.empty(), 0);
    private Health.State since = Health.State.ABSENT;
    private Optional<Instant> sinceWhen = Optional.empty();
    private Optional<Instant> podEnded = Optional.empty();
    private boolean dirty = true;
    private String stalled;
    private long untouched;

    TargetState(WaitRequest.Target target, HealthPolicy policy) {
        this.target = target;
        this.policy = policy;
        this.stalled = target.stalled();
        this.untouched = target.minGeneration();
    }

    ObjectRef ref() {
        return target.ref();
    }

    WaitRequest.Target target() {
        return target;
    }

    /**
     * The generation of which it must be found out whether somebody has changed the pod template that a release has
     * applied; empty if there is none to doubt. Somebody may have scaled it only.
     */
    Optional<Long> doubtful(WatchedObjects objects) {
        return target.template().isEmpty()
                ? Optional.empty()
                : objects.find(ref())
                        .flatMap(o -> o.number("metadata", "generation"))
                        .filter(generation -> generation > untouched);
    }

    /** Up to this generation the pod template is as it was applied. */
    void untouched(long generation) {
        untouched = Math.max(untouched, generation);
    }

    Health health() {
        return last.health();
    }

    List<Health.Cause> causes() {
        return last.causes();
    }

    long restarts() {
        return last.restarts();
    }

    void touch() {
        dirty = true;
    }

    /** One of its pods was deleted, and is gone; the time is the cluster's. */
    void podEnded(Instant there) {
        podEnded = Optional.of(there);
    }

    /** When to look again though nothing happens, by the cluster's clock. */
    Optional<Instant> lookAgain() {
        return last.lookAgain();
    }

    /** Whether the object has been missing, or mute, for longer than is usual. */
    boolean isPastGrace(Instant now) {
        return sinceWhen.filter(s -> !now.isBefore(s.plus(GRACE))).isPresent();
    }

    /** When {@link #isPastGrace} turns true, by our clock; empty if the state has no such limit. */
    Optional<Instant> graceEnd() {
        boolean limited = since == Health.State.ABSENT || since == Health.State.UNKNOWN;
        return limited ? sinceWhen.map(s -> s.plus(GRACE)) : Optional.empty();
    }

    /** Whether a release had made it, and it was deleted since. */
    boolean wasTakenAway(WatchedObjects objects) {
        return target.minGeneration() > 0 && objects.find(ref()).isEmpty() && objects.wasDeleted(ref());
    }

    /**
     * Judges anew if something has changed or a time has come.
     *
     * @param now by our clock
     * @param there the same by the cluster's
     */
    void judge(WatchedObjects objects, List<TargetState> all, Instant now, Instant there) {
        boolean due = last.lookAgain().filter(t -> !there.isBefore(t)).isPresent();
        if (!dirty && !due) {
            return;
        }
        dirty = false;
        last = assess(objects, all, there);
        if (since != last.health().state() || sinceWhen.isEmpty()) {
            since = last.health().state();
            sinceWhen = Optional.of(now);
        }
    }

    private Assessment assess(WatchedObjects objects, List<TargetState> all, Instant there) {
        Optional<KubeObject> found = objects.find(ref());
        if (found.isEmpty()) {
            return plain(
                    Health.of(Health.State.ABSENT, objects.wasDeleted(ref()) ? "has been deleted" : "does not exist"));
        }
        KubeObject object = judged(found.get());
        if (object.numberOr(0, "metadata", "generation") < target.minGeneration()) {
            return plain(Health.of(
                    Health.State.PROGRESSING, "generation " + target.minGeneration() + " is not to be seen yet"));
        }
        Optional<Health> unchanged = EarlierWords.unchanged(object, stalled);
        if (unchanged.isPresent()) {
            return plain(unchanged.get());
        }
        if (HealthRules.isHealthyByExisting(ref())) {
            return plain(HealthRules.judge(object));
        }
        if (ref().kind().equals("Service") && ref().group().isEmpty()) {
            List<KubeObject> workloads =
                    all.stream().flatMap(t -> objects.find(t.ref()).stream()).toList();
            return plain(ServiceHealth.judge(object, objects.endpointsOf(ref()), workloads));
        }
        String namespace = ref().namespace();
        return WorkloadHealth.assess(
                new WorkloadSnapshot(
                        object,
                        objects.in("apps", "ReplicaSet", namespace),
                        objects.in("", "Pod", namespace),
                        objects.in("", "Event", namespace),
                        objects.earlierEvents(),
                        podEnded,
                        there),
                policy,
                target.goal());
    }

    // What the controller has said of the former template, it goes on saying for a moment.
    private KubeObject judged(KubeObject object) {
        if (object.numberOr(0, "status", "observedGeneration") < target.minGeneration()) {
            stalled = StalledCondition.time(object).orElse(stalled);
        }
        return stalled.isEmpty() ? object : StalledCondition.without(object, stalled);
    }

    private static Assessment plain(Health health) {
        return new Assessment(health, health.cause().stream().toList(), Optional.empty(), 0);
    }
}
