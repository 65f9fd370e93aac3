package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.health.ClusterClock;
import io.jenkins.plugins.k8srollout.engine.health.WorkloadHealth;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.release.HealthyPeriod.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a wait knows and what follows from it; it calls nobody but the sink. Not thread-safe: who uses it holds its
 * monitor, but for the file of failures, which guards itself.
 */
final class WaitState {
    private final WaitRequest request;
    private final WaitEnd end;
    private final WatchedObjects objects = new WatchedObjects();
    private final ClusterClock clock = new ClusterClock();
    private final List<TargetState> targets;
    private final Narrator narrator;
    private final HealthyPeriod period;
    private final FailureFile failure = new FailureFile();
    private final boolean ofRelease;
    private final int maxRestarts;
    private boolean over;

    /**
     * @param request with its deadline fixed
     * @param started when this process began to wait
     * @param analysis what must hold besides
     * @param ofRelease whether a release has made the targets, so that a wait with nothing to judge is over; who names
     *     an object wants to know that it is healthy
     */
    WaitState(WaitRequest request, Optional<Analysis> analysis, Instant started, ProgressSink sink, boolean ofRelease) {
        this.request = request;
        this.ofRelease = ofRelease;
        this.end = new WaitEnd(request, started);
        this.narrator = new Narrator(sink);
        this.targets = request.targets().stream()
                .map(t -> new TargetState(t, request.policy()))
                .toList();
        this.maxRestarts = analysis.map(Analysis::maxRestarts).orElse(Analysis.ANY);
        this.period = new HealthyPeriod(request.stableFor(), proofs(request, analysis));
    }

    private static Set<Proof> proofs(WaitRequest request, Optional<Analysis> analysis) {
        Set<Proof> needed = EnumSet.noneOf(Proof.class);
        request.http().ifPresent(http -> needed.add(Proof.ANSWERED));
        analysis.filter(a -> !a.metrics().isEmpty()).ifPresent(a -> needed.add(Proof.MEASURED));
        return needed;
    }

    List<TargetState> targets() {
        return targets;
    }

    Narrator narrator() {
        return narrator;
    }

    FailureFile failure() {
        return failure;
    }

    WatchedObjects objects() {
        return objects;
    }

    HealthyPeriod period() {
        return period;
    }

    /** Nothing more is decided, and nothing more asked. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** @param live false for what existed before */
    void take(KubeObject object, Instant now, boolean live) {
        clock.observe(object, now);
        objects.put(object, live);
        touch(objects.concernedBy(object));
    }

    void drop(KubeObject object, Instant now) {
        Set<WatchedObjects.Name> concerned = objects.concernedBy(object);
        touch(concerned);
        if (object.kind().equals("Pod")) {
            targets.stream()
                    .filter(t -> concerned.contains(WatchedObjects.Name.of(t.ref())))
                    .forEach(t -> t.podEnded(clock.cluster(now)));
        }
        objects.remove(object);
    }

    private void touch(Set<WatchedObjects.Name> concerned) {
        boolean claim = concerned.stream().anyMatch(n -> n.kind().equals("PersistentVolumeClaim"));
        for (TargetState target : targets) {
            // A Service also depends on whether its workload is scaled to 0, a pod without volume on its claim's
            // events.
            if (claim
                    || concerned.contains(WatchedObjects.Name.of(target.ref()))
                    || target.ref().kind().equals("Service")) {
                target.touch();
            }
        }
    }

    /**
     * Judges what has changed, tells it, and decides.
     *
     * @param complete whether all that exists is known; otherwise, and while a change of a pod template is looked into,
     *     only trouble and the deadline decide
     * @return empty while the wait goes on
     */
    Optional<HealthOutcome.Result> decide(Instant now, boolean complete) {
        if (failure.trouble().isPresent()) {
            return Optional.of(HealthOutcome.Result.FAILED);
        }
        if (complete && doubtful().isEmpty()) {
            judge(now);
            end.looked(now);
            if (isFailed(now) || failure.trouble().isPresent()) {
                return Optional.of(HealthOutcome.Result.FAILED);
            }
            if (isDone(now)) {
                return Optional.of(HealthOutcome.Result.HEALTHY);
            }
        }
        if (now.isBefore(end.time())) {
            return Optional.empty();
        }
        targets.forEach(t -> t.causes().forEach(failure::candidate));
        return Optional.of(HealthOutcome.Result.TIMED_OUT);
    }

    /** A target that somebody has changed since it was last found untouched; empty if there is none. */
    Optional<TargetState> doubtful() {
        return targets.stream().filter(t -> t.doubtful(objects).isPresent()).findFirst();
    }

    private void judge(Instant now) {
        Instant there = clock.cluster(now);
        for (TargetState target : targets) {
            target.judge(objects, targets, now, there);
            narrator.tell(target, now);
            if (target.health().isFailed()) {
                failure.decided(target.health());
            }
            if (target.restarts() > maxRestarts) {
                failure.trouble(restarted(target));
            }
        }
    }

    private Problem restarted(TargetState target) {
        return new Problem(
                Problem.Kind.UNHEALTHY,
                "analyse the release",
                target.ref().toString(),
                "its new pods were restarted " + target.restarts() + " times in all, and " + maxRestarts
                        + " times is allowed",
                target.causes().stream()
                        .findFirst()
                        .map(Health.Cause::remedy)
                        .orElse("Look at the logs of the containers' previous runs"));
    }

    private boolean isFailed(Instant now) {
        if (!request.failFast()) {
            return false;
        }
        for (TargetState target : targets) {
            if (target.wasTakenAway(objects)) {
                failure.trouble(AbsentTarget.deleted(target.ref()));
            } else if (target.health().state() == Health.State.ABSENT && target.isPastGrace(now)) {
                failure.absent(target.ref(), objects.names(target.ref()));
            }
        }
        return failure.trouble().isPresent()
                || targets.stream().anyMatch(t -> t.health().isFailed());
    }

    private boolean isDone(Instant now) {
        if (targets.stream().anyMatch(t -> WorkloadHealth.isOutdated(t.health()))) {
            return true; // its goal has changed, so that the time of stability would be another batch's
        }
        boolean judged = targets.stream().anyMatch(t -> t.health().isHealthy());
        boolean allWell = targets.stream().allMatch(t -> t.health().isHealthy() || isPassedOver(t, now));
        if (!allWell || !judged && !ofRelease) {
            period.unhealthy();
            return false;
        }
        long restarts = targets.stream().mapToLong(TargetState::restarts).sum();
        if (period.healthy(now, restarts)) {
            narrator.remark(
                    Finding.Severity.WARNING,
                    "a container was restarted (" + restarts + " restarts in all); the time of stability begins anew");
        }
        if (!period.isComplete(now)) {
            return false;
        }
        targets.stream()
                .filter(t -> t.health().state() == Health.State.UNKNOWN)
                .forEach(t -> narrator.remark(
                        Finding.Severity.WARNING,
                        t.ref()
                                + (judged ? " was not waited for: " : " is applied; its health cannot be judged: ")
                                + t.health().message()));
        return true;
    }

    private static boolean isPassedOver(TargetState target, Instant now) {
        return target.health().state() == Health.State.UNKNOWN && target.isPastGrace(now);
    }

    /** How long to wait for the next decision if nothing happens meanwhile. */
    Duration untilNext(Instant now) {
        Instant next = Stream.of(
                        targets.stream().flatMap(t -> t.lookAgain().stream()).map(clock::local),
                        targets.stream().flatMap(t -> t.graceEnd().stream()),
                        narrator.nextTell().stream(),
                        period.end().stream())
                .flatMap(s -> s)
                .filter(t -> t.isAfter(now))
                .reduce(end.time(), (a, b) -> a.isBefore(b) ? a : b);
        return Duration.between(now, next);
    }
}
