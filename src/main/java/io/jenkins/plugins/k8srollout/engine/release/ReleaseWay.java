package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.health.WorkloadHealth;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ConfigRestore.Restored;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What follows once a release has applied its objects: it waits for health, goes from batch to batch, pauses, and on
 * failure ends as it was asked to. All state is in the token, so that whoever has it can go on from there. Blocks only on
 * {@link ReleaseTools#workers}; while pods come up, no thread is held.
 */
final class ReleaseWay {
    private static final Set<Problem.Kind> STOPPING = EnumSet.of(Problem.Kind.INTERRUPTED, Problem.Kind.CONFLICT);

    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final ReleaseBook book;
    private final ReleaseLife life;
    private final Consumer<WatchToken> saved;

    ReleaseWay(
            ReleaseTools tools,
            ReleaseRecorder recorder,
            ReleaseBook book,
            ReleaseLife life,
            Consumer<WatchToken> saved) {
        this.tools = tools;
        this.recorder = recorder;
        this.book = book;
        this.life = life;
        this.saved = saved;
    }

    /** Waits for what the token waits for; first lets the batch happen that it is in. */
    void await(WatchToken token) {
        if (token.batches().isEmpty() || !isForward(token)) {
            watch(token);
        } else {
            step(token, this::enter);
        }
    }

    /** Takes a step, or ends the release as it was asked to if the server does not let it. */
    private void step(WatchToken token, UnaryOperator<WatchToken> step) {
        WatchToken next;
        try {
            next = step.apply(token);
        } catch (ReleaseException e) {
            // Where somebody else has taken over, there is nothing to undo that is still this release's.
            if (STOPPING.contains(e.problem().kind())) {
                throw e;
            }
            fail(token, e.problem(), token.record().health());
            return;
        }
        go(next);
    }

    private WatchToken enter(WatchToken token) {
        return isBlueGreen(token)
                ? new BlueGreenRun(tools, recorder).enter(token)
                : new BatchRun(tools, recorder).enter(token);
    }

    private WatchToken after(WatchToken token) {
        return isBlueGreen(token)
                ? new BlueGreenRun(tools, recorder).after(token)
                : new BatchRun(tools, recorder).after(token);
    }

    private static boolean isBlueGreen(WatchToken token) {
        return token.batches().filter(BatchProgress::isBlueGreen).isPresent();
    }

    private void go(WatchToken token) {
        saved.accept(token);
        if (token.phase() == Phase.PAUSED) {
            paused(token);
        } else {
            watch(token);
        }
    }

    /** Ends this process' part of a release that waits for an answer. */
    void paused(WatchToken token) {
        recorder.accept(new ProgressEvent.Notice(Severity.INFO, BatchWords.paused(token)));
        life.finish(Outcome.PAUSED);
    }

    private void watch(WatchToken token) {
        recorder.held(BatchWords.standing(token));
        String what = isForward(token) ? "the new revision" : "the previous revision";
        recorder.accept(new ProgressEvent.StageStarted(
                stageOf(token), what + " of " + token.waiting().targets().size() + " objects"));
        Instant begun = tools.scheduler().now();
        life.await(() -> HealthWatch.startOfRelease(
                token.waiting(),
                isForward(token) ? token.batches().flatMap(BatchProgress::analysis) : Optional.empty(),
                tools.port(),
                tools.scheduler(),
                recorder,
                outcome -> ended(token, begun, outcome)));
    }

    private static String stageOf(WatchToken token) {
        return isForward(token)
                ? token.batches().map(BatchWords::stage).orElse("Wait for health")
                : "Wait for the rollback";
    }

    private static boolean isForward(WatchToken token) {
        return token.phase() == Phase.RELEASE;
    }

    private void ended(WatchToken token, Instant begun, HealthOutcome outcome) {
        try {
            next(token, Duration.between(begun, tools.scheduler().now()), outcome);
        } catch (Throwable e) { // nobody else would tell that the release is over
            life.failed(ReleaseLife.problem(e));
        }
    }

    private void next(WatchToken token, Duration took, HealthOutcome outcome) {
        life.awaited();
        recorder.accept(new ProgressEvent.StageFinished(stageOf(token), outcome.isHealthy(), took));
        switch (outcome.result()) {
            case HEALTHY -> healthy(token, outcome);
            case CANCELLED -> life.interrupted();
            default -> life.work(() -> unhealthy(token, outcome));
        }
    }

    private void healthy(WatchToken token, HealthOutcome outcome) {
        if (isForward(token) && token.batches().isPresent()) {
            boolean outdated = outcome.objects().values().stream().anyMatch(WorkloadHealth::isOutdated);
            life.work(() -> step(token, outdated ? this::enter : this::after));
        } else if (isForward(token)) {
            life.finish(Outcome.HEALTHY);
        } else {
            life.work(() -> {
                new ColourEnd(tools.port(), recorder).freeAll(token);
                life.finish(undone(token));
            });
        }
    }

    private Outcome undone(WatchToken token) {
        return token.phase() == Phase.ROLLBACK ? Outcome.ROLLED_BACK : missed();
    }

    private Outcome missed() {
        recorder.add("The rest is healthy again. k8s-rollout continue "
                + recorder.entry().history() + " tries again to return what was missed");
        return Outcome.FAILED;
    }

    private void unhealthy(WatchToken token, HealthOutcome outcome) {
        if (!isForward(token)) {
            recorder.failed(outcome.toProblem(), outcome.cause());
            recorder.add("The previous revision did not become healthy either ("
                    + outcome.toProblem().reason() + ")");
            life.finish(Outcome.FAILED);
            return;
        }
        recorder.failed(outcome.toProblem(), outcome.cause());
        fail(token, outcome.toProblem(), outcome.objects());
    }

    /** Ends a release that has failed as it was asked to. */
    void fail(WatchToken token, Problem problem, Map<ObjectRef, Health> health) {
        recorder.failed(problem, Optional.empty());
        switch (token.onFailure()) {
            case ROLLBACK -> rollBack(token);
            case HOLD -> {
                saveUnlimited(token);
                Rollback.Held held = new Rollback(tools.port(), recorder).hold(token, health);
                held.told().forEach(recorder::add);
                life.finish(held.paused().isEmpty() ? Outcome.FAILED : Outcome.HELD);
            }
            case LEAVE -> {
                saveUnlimited(token);
                recorder.add("Nothing was undone; " + BatchWords.left(token));
                life.finish(Outcome.FAILED);
            }
        }
    }

    // Whoever goes on later is not too late: the time in which somebody had to answer has had its consequence.
    private void saveUnlimited(WatchToken token) {
        if (token.answerBy().isPresent()) {
            saved.accept(token.unlimited());
        }
    }

    private WaitRequest restarted(WatchToken token, List<WaitRequest.Target> targets) {
        return WaitRequest.of(token.waiting().namespace(), targets)
                .withTimeout(token.waiting().timeout())
                .startedAt(tools.scheduler().now());
    }

    /** Returns configuration and workloads to what they were before the release, and waits for that. */
    void rollBack(WatchToken token) {
        // First of all: whoever resumes must not take the revision that is being returned to for the new one.
        // Its time begins now, so that nobody takes it for interrupted.
        saved.accept(token.waitingFor(
                        restarted(token, token.waiting().targets()), token.batches(), recorder.record(Outcome.RUNNING))
                .in(Phase.ROLLING_BACK, recorder.record(Outcome.RUNNING)));
        if (life.isCancelled()) {
            life.interrupted();
            return;
        }
        // First of all that can be undone: who is served by the new colour is served by the old one at once.
        Map<ObjectRef, Problem> serving = new ColourEnd(tools.port(), recorder).switchBack(token);
        // The new pods may be broken: nobody is to wait for the others to take their place.
        serving.putAll(new TrafficReturn(tools.port(), recorder, token).back());
        // Before the pods return: they are to find the configuration they ran with.
        Rollback rollback = new Rollback(tools.port(), recorder);
        Restored config = book.restore(() -> rollback.standing(token));
        Rollback.Begun begun = recorder.stage("Roll back", "", () -> rollback.begin(token, serving));
        RollbackReport.tell(recorder, token, begun, config);
        if (begun.targets().isEmpty()) {
            if (begun.left().isEmpty() && config.isEmpty()) {
                recorder.add("Nothing was undone, because the release changed no pod template");
            }
            life.finish(Outcome.FAILED);
            return;
        }
        WaitRequest wait = restarted(token, begun.targets());
        boolean whole = begun.missed().isEmpty() && config.complete();
        WatchToken back = new WatchToken(
                whole ? Phase.ROLLBACK : Phase.ROLLING_BACK,
                wait,
                Map.of(),
                List.of(),
                token.onFailure(),
                recorder.record(Outcome.RUNNING),
                token.batches());
        if (whole) { // otherwise whoever goes on begins the rollback again: it repeats nothing that is done
            saved.accept(back);
        }
        watch(back);
    }
}
