package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.HoldDecision;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Leads the held workloads of a release from batch to batch, all together. What has happened is read from the workloads
 * themselves, so that whoever has the token can go on, also if the last one ended between two of them. Each step is one
 * apply of what is ours; repeating it changes nothing. Blocks while the server answers; one thread at a time.
 */
final class BatchRun {
    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final TrafficShift traffic;

    BatchRun(ReleaseTools tools, ReleaseRecorder recorder) {
        this.tools = tools;
        this.recorder = recorder;
        this.traffic = new TrafficShift(tools.port(), recorder);
    }

    /** What a step has made of the targets, and whether any had to be changed for it. */
    record Entered(WatchToken token, boolean changed) {}

    /**
     * Lets the token's step happen, unless it was let already.
     *
     * @return what to wait for, with a time-out of its own
     * @throws ReleaseException if somebody else has taken a workload over
     */
    WatchToken enter(WatchToken token) {
        return entered(token).token();
    }

    /**
     * What follows a step whose goals are reached: the same anew, if the workloads were scaled meanwhile; the next step;
     * a pause, as a token in phase {@code PAUSED}; or after the last batch what was there before the hold, as a token
     * without batches.
     */
    WatchToken after(WatchToken token) {
        Entered again = entered(token);
        BatchProgress progress = again.token().batches().orElseThrow();
        if (again.changed()) {
            return again.token();
        }
        if (progress.asks()) {
            return pause(again.token(), progress);
        }
        if (progress.step().endsBatch() && progress.isLast()) {
            return finish(again.token());
        }
        BatchProgress next = progress.at(progress.step().next(progress.order()), progress.batches());
        return enter(again.token().waitingFor(token.waiting(), Optional.of(next), token.record()));
    }

    Entered entered(WatchToken token) {
        BatchProgress progress = token.batches().orElseThrow();
        List<WaitRequest.Target> targets = new ArrayList<>();
        boolean changed = false;
        int batches = 0;
        BatchStep step = progress.step();
        for (WaitRequest.Target target : token.waiting().targets()) {
            if (target.goal().isEmpty()) {
                targets.add(target);
                continue;
            }
            KubeObject live = live(target.ref());
            if (isFreed(live, progress, token.record().id())) {
                targets.add(target.withGoal(Optional.empty()));
                continue;
            }
            HoldDecision decision = Holds.decide(live, token.record().id(), progress.strategy(), progress.step());
            if (decision instanceof HoldDecision.Disturbed disturbed) {
                throw disturbed(target.ref(), disturbed.reason());
            }
            BatchStep set = progress.step();
            if (decision instanceof HoldDecision.Advance next) {
                changed = true;
                set = next.hold().step();
            }
            // One that was scaled may have to begin its batch again; the others wait for it.
            step = step.compareTo(set) <= 0 ? step : set;
            if (progress.step().compareTo(set) <= 0) {
                steer(live, progress, token.record().id());
            }
            targets.add(allow(target, live, decision, progress, token.record().id()));
            batches = Math.max(batches, Holds.batches(live, progress.strategy()));
        }
        BatchProgress now = progress.at(step, Math.max(batches, step.batch()));
        // What the routes led to goes after the last step, and their controllers must have seen that they changed.
        boolean settles = isWeighed(now) && now.isLast();
        WaitRequest wait = waiting(token, targets, settles ? TrafficShift.SETTLING : now.interval());
        return new Entered(token.waitingFor(wait, Optional.of(now), recorder.record(Outcome.RUNNING)), changed);
    }

    /**
     * Where the requests to a canary go. New pods get theirs once they are ready, which they are when the old ones have to
     * give way; before the last old ones go, the Service takes all again.
     */
    private void steer(KubeObject live, BatchProgress progress, String release) {
        if (!isWeighed(progress) || !(progress.strategy() instanceof Canary canary)) {
            return;
        }
        int batch = progress.step().batch();
        boolean splits = live.kind().equals("Deployment") && Holds.batches(live, canary) > 1;
        if (splits && TrafficShare.of(live).isEmpty()) {
            recorder.accept(new ProgressEvent.Notice(
                    Severity.WARNING,
                    "The requests to " + live.ref() + " are not split, or no longer: its new pods get as many as the"
                            + " others"));
        }
        if (batch >= Holds.batches(live, canary)) {
            traffic.join(live);
        } else {
            traffic.weigh(live, release, canary.weight(batch));
        }
    }

    private static boolean isWeighed(BatchProgress progress) {
        return progress.strategy() instanceof Canary canary
                && canary.traffic() != Traffic.PODS
                && progress.step().endsBatch();
    }

    // Whoever was here before has ended the hold after the last batch, and could not save it.
    private static boolean isFreed(KubeObject live, BatchProgress progress, String release) {
        boolean last = progress.isBlueGreen()
                ? Colours.of(live, release).filter(Colours::isSwitched).isPresent()
                : progress.isLast() && progress.step().endsBatch();
        return last && Hold.of(live).isEmpty();
    }

    private WaitRequest.Target allow(
            WaitRequest.Target target, KubeObject live, HoldDecision first, BatchProgress progress, String release) {
        if (first instanceof HoldDecision.Advance) {
            return GuardedApply.repeat(() -> advance(target, progress, release));
        }
        return waiting(target, live, (HoldDecision.Wait) first);
    }

    private WaitRequest.Target advance(WaitRequest.Target target, BatchProgress progress, String release) {
        KubeObject booked = booked(target.ref());
        HoldDecision decision = Holds.decide(booked, release, progress.strategy(), progress.step());
        if (decision instanceof HoldDecision.Disturbed disturbed) {
            throw disturbed(target.ref(), disturbed.reason());
        }
        if (decision instanceof HoldDecision.Advance next) {
            KubeObject at = Holds.at(ours(target, booked), booked, next.hold(), progress.strategy());
            ApplyResult result = tools.port().apply(at, ApplyOptions.changing(booked));
            tell(target.ref(), next.hold(), next.goal());
            makeWay(result.after(), next.goal());
            return AppliedTarget.of(result, true).withGoal(Optional.of(next.goal()));
        }
        return waiting(target, booked, (HoldDecision.Wait) decision);
    }

    private WaitRequest.Target waiting(WaitRequest.Target target, KubeObject live, HoldDecision.Wait decision) {
        makeWay(live, decision.goal());
        return target.withGoal(Optional.of(decision.goal()));
    }

    /** Deletes those old pods that the controller leaves to us; the wait comes back here as long as there are some. */
    private void makeWay(KubeObject live, BatchGoal goal) {
        // Before its controller has seen the new template, it would make the old pod again.
        if (!live.kind().equals("DaemonSet")
                || live.numberOr(0, "status", "observedGeneration") < live.numberOr(0, "metadata", "generation")) {
            return;
        }
        List<KubeObject> pods = tools.port().list(Selection.of("v1", "Pod", live.namespace())).stream()
                .filter(p -> Revisions.isOwned(p, live))
                .toList();
        Holds.surplus(live, pods, goal).forEach(p -> tools.port().delete(p.ref(), p.uid()));
    }

    WatchToken pause(WatchToken token, BatchProgress progress) {
        List<WaitRequest.Target> targets = new ArrayList<>();
        for (WaitRequest.Target target : token.waiting().targets()) {
            if (target.goal().isEmpty()) {
                targets.add(target);
                continue;
            }
            targets.add(change(target, token.record().id(), booked -> {
                        Hold hold = Hold.of(booked).orElseThrow().pausing();
                        return Holds.at(ours(target, booked), booked, hold, progress.strategy());
                    })
                    .withGoal(target.goal()));
        }
        WaitRequest wait = waiting(token, targets, Duration.ZERO);
        return token.waitingFor(
                        wait, Optional.of(progress.asking(tools.scheduler().now())), recorder.record(Outcome.PAUSED))
                .in(Phase.PAUSED, recorder.record(Outcome.PAUSED));
    }

    private WatchToken finish(WatchToken token) {
        List<WaitRequest.Target> targets = new ArrayList<>();
        for (WaitRequest.Target target : token.waiting().targets()) {
            if (target.goal().isEmpty()) {
                targets.add(target);
                continue;
            }
            traffic.clean(live(target.ref()));
            targets.add(change(target, token.record().id(), booked -> Holds.restored(ours(target, booked))));
        }
        return token.waitingFor(
                waiting(token, targets, Duration.ZERO), Optional.empty(), recorder.record(Outcome.RUNNING));
    }

    /**
     * Changes a workload that this release holds, or has held.
     *
     * @throws ReleaseException if another one holds it by now
     */
    WaitRequest.Target change(WaitRequest.Target target, String release, UnaryOperator<KubeObject> wanted) {
        return GuardedApply.repeat(() -> {
            KubeObject booked = booked(target.ref());
            Hold.of(booked).map(Hold::release).filter(id -> !id.equals(release)).ifPresent(other -> {
                throw disturbed(target.ref(), "another release, " + other + ", holds it now");
            });
            ApplyResult result = tools.port().apply(wanted.apply(booked), ApplyOptions.changing(booked));
            return AppliedTarget.of(result, true).withGoal(Optional.empty());
        });
    }

    /** Each step has the release's whole time-out, and the time for which its result must last besides. */
    WaitRequest waiting(WatchToken token, List<WaitRequest.Target> targets, Duration interval) {
        WaitRequest before = token.waiting();
        return WaitRequest.of(before.namespace(), targets)
                .withTimeout(before.timeout().minus(before.stableFor()).plus(interval))
                .withStableFor(interval)
                .startedAt(tools.scheduler().now());
    }

    private void tell(ObjectRef ref, Hold hold, BatchGoal goal) {
        String text = ref + " may replace " + goal.ready() + " of " + goal.replicas() + " pods (batch "
                + hold.step().batch() + ")";
        recorder.accept(new ProgressEvent.Notice(Severity.INFO, text));
    }

    private KubeObject live(ObjectRef ref) {
        return tools.port().get(ref).orElseThrow(() -> new ReleaseException(AbsentTarget.deleted(ref)));
    }

    private KubeObject booked(ObjectRef ref) {
        return tools.port().booked(ref).orElseThrow(() -> new ReleaseException(AbsentTarget.deleted(ref)));
    }

    KubeObject ours(WaitRequest.Target target, KubeObject booked) {
        KubeObject owned = tools.port().owned(booked);
        if (!AppliedTarget.isUntouched(target, Optional.of(owned))) {
            throw new ReleaseException(ForeignChange.of(target, Optional.of(booked)));
        }
        return owned;
    }

    static ReleaseException disturbed(ObjectRef ref, String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.CONFLICT,
                "go on with the next batch",
                ref.toString(),
                reason + ". Nothing more was changed",
                "Let one release at a time change it; then release again"));
    }
}
