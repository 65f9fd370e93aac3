package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leads a blue-green release from stage to stage, all its Deployments together: the hold of one batch that is never
 * finished keeps both colours, {@link ColourRouting} says which one serves. Otherwise as {@link BatchRun}.
 */
final class BlueGreenRun {
    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final BatchRun both;
    private final ColourRouting routing;

    BlueGreenRun(ReleaseTools tools, ReleaseRecorder recorder) {
        this.tools = tools;
        this.recorder = recorder;
        this.both = new BatchRun(tools, recorder);
        this.routing = new ColourRouting(tools.port(), recorder);
    }

    /** Lets the token's stage happen, unless it was let already. */
    WatchToken enter(WatchToken token) {
        return switch (progress(token).stage()) {
            case START -> held(token).token();
            case KEEP -> keep(token);
            case END -> end(token);
        };
    }

    /** What follows a stage whose goals are reached: the same anew, if it was scaled meanwhile; a pause; the next. */
    WatchToken after(WatchToken token) {
        BatchProgress progress = progress(token);
        if (progress.stage() == ColourStage.END) {
            return done(token);
        }
        BatchRun.Entered again = held(token);
        if (again.changed()) {
            return again.token();
        }
        if (progress.asks()) {
            return both.pause(again.token(), progress);
        }
        return progress.stage() == ColourStage.START
                ? keep(in(again.token(), ColourStage.KEEP))
                : end(in(again.token(), ColourStage.END));
    }

    private static BatchProgress progress(WatchToken token) {
        return token.batches().orElseThrow();
    }

    private static WatchToken in(WatchToken token, ColourStage stage) {
        return token.waitingFor(
                token.waiting(), Optional.of(progress(token).in(stage, Optional.empty())), token.record());
    }

    /** Sees to it that both colours are there. */
    private BatchRun.Entered held(WatchToken token) {
        BatchProgress progress = progress(token);
        BatchProgress first = progress.in(ColourStage.START, Optional.empty());
        BatchRun.Entered entered = both.entered(token.waitingFor(token.waiting(), Optional.of(first), token.record()));
        WatchToken now = entered.token();
        return new BatchRun.Entered(
                now.waitingFor(now.waiting(), Optional.of(progress), now.record()), entered.changed());
    }

    private WatchToken keep(WatchToken token) {
        WatchToken now = held(token).token();
        BatchProgress progress = progress(token);
        for (ObjectRef ref : now.held()) {
            switchOver(ref, token.record().id());
        }
        Duration keep = ((BlueGreen) progress.strategy()).keep();
        Instant time = tools.scheduler().now();
        Instant end = progress.answerBy().orElse(time.plus(keep));
        Duration left = end.isBefore(time) ? Duration.ZERO : Duration.between(time, end);
        return now.waitingFor(
                both.waiting(now, now.waiting().targets(), left),
                Optional.of(progress.in(ColourStage.KEEP, Optional.of(end))),
                recorder.record(Outcome.RUNNING));
    }

    private void switchOver(ObjectRef ref, String release) {
        KubeObject live = live(ref);
        Colours colours = Colours.of(live, release).orElseThrow(() -> disturbed(ref));
        String fresh = routing.newest(live).orElse("");
        if (fresh.isEmpty() || fresh.equals(colours.old())) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED,
                    "switch the Services of " + ref,
                    ref.toString(),
                    "the ReplicaSet of its new template is not to be found. Nothing was switched",
                    "Release again"));
        }
        routing.switchOver(ref, colours.switchedTo(fresh));
    }

    private WatchToken end(WatchToken token) {
        List<WaitRequest.Target> targets = new ArrayList<>();
        for (WaitRequest.Target target : token.waiting().targets()) {
            targets.add(
                    target.goal().isEmpty()
                            ? target
                            : freed(target, token.record().id()));
        }
        return token.waitingFor(
                both.waiting(token, targets, Duration.ZERO), token.batches(), recorder.record(Outcome.RUNNING));
    }

    private WaitRequest.Target freed(WaitRequest.Target target, String release) {
        return Hold.of(live(target.ref())).isEmpty()
                ? target.withGoal(Optional.empty())
                : both.change(target, release, booked -> Holds.restored(both.ours(target, booked)));
    }

    private WatchToken done(WatchToken token) {
        new ColourEnd(tools.port(), recorder).freeAll(token);
        return token.waitingFor(
                both.waiting(token, token.waiting().targets(), Duration.ZERO),
                Optional.empty(),
                recorder.record(Outcome.RUNNING));
    }

    private KubeObject live(ObjectRef ref) {
        return tools.port().get(ref).orElseThrow(() -> new ReleaseException(AbsentTarget.deleted(ref)));
    }

    private static ReleaseException disturbed(ObjectRef ref) {
        return BatchRun.disturbed(
                ref, "somebody has ended its blue-green release: the annotation " + Colours.ANNOTATION + " is gone");
    }
}
