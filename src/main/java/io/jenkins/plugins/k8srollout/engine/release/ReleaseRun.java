package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ConfigRestore.Restored;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One release from the request to its record: plan, ask the server, apply, wait for health, and on failure return to the
 * previous revision. Blocking steps run on {@link ReleaseTools#workers}; while pods come up, no thread is held.
 */
public final class ReleaseRun {
    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final Consumer<WatchToken> saved;
    private final ReleaseBook book;
    private final ReleaseLife life;

    private ReleaseRun(
            ReleaseTools tools,
            ReleaseRecorder recorder,
            String namespace,
            Consumer<WatchToken> saved,
            Consumer<ReleaseRecord> done) {
        this.tools = tools.telling(recorder);
        this.recorder = recorder;
        this.book = new ReleaseBook(tools, recorder, namespace);
        this.saved = saved.andThen(book::saved);
        this.life = new ReleaseLife(tools.workers(), recorder, record -> book.end(record, done));
    }

    /**
     * Begins a release. Returns at once, unless the workers run their tasks on the caller's thread.
     *
     * @param saved given what must be kept if the process ends, each time that changes: before the first change, when
     *     all is applied, before a rollback and when that has begun. {@link #startAgain} or {@link #resume} goes on with
     *     it
     * @param done called exactly once, whatever happens; the record tells failures too
     * @return ends the release wherever it is, and says in the record what that leaves; applied objects stay
     */
    public static Cancellable start(
            ReleaseRequest request, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        String id = request.namespace() + "-" + UUID.randomUUID();
        ReleaseRecorder recorder = new ReleaseRecorder(
                id,
                request.namespace(),
                tools.port().address(),
                request.changeCause(),
                tools.scheduler(),
                tools.sink());
        recorder.entry(new HistoryEntry("", 0, request.startedBy(), request.returnsTo()));
        ReleaseRun run = new ReleaseRun(tools, recorder, request.namespace(), saved, done);
        run.life.work(() -> run.release(request, Optional.empty()));
        return run.life::cancel;
    }

    /**
     * Begins a release anew that was interrupted while it applied. What it had changed counts as changed by this one, and
     * the revisions to return to are those from before; the time-out begins again. Otherwise as {@link #start}.
     *
     * @param earlier a token that is not {@link WatchToken#isApplied}
     */
    public static Cancellable startAgain(
            ReleaseRequest request,
            WatchToken earlier,
            ReleaseTools tools,
            Consumer<WatchToken> saved,
            Consumer<ReleaseRecord> done) {
        ReleaseRecorder recorder = ReleaseRecorder.again(earlier.record(), tools.scheduler(), tools.sink());
        ReleaseRun run = new ReleaseRun(tools, recorder, request.namespace(), saved, done);
        run.life.work(() -> run.release(request, Optional.of(earlier)));
        return run.life::cancel;
    }

    /**
     * Goes on where a token was saved; its deadline is kept. One that is not {@link WatchToken#isApplied} cannot be gone
     * on with: the release fails, and what it has changed is returned if it was asked to. Otherwise as {@link #start}.
     */
    public static Cancellable resume(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        return again(token, tools, saved, done, run -> run.goOn(token));
    }

    /**
     * Goes on with a release that is paused, or whose process has ended while it held a batch: the batch is looked at
     * once more, then the next begins. If the pause should have been answered earlier, it ends as {@link #expire} says.
     * Otherwise as {@link #resume}.
     */
    public static Cancellable continueFrom(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        boolean late = token.answerBy()
                .filter(end -> tools.scheduler().now().isAfter(end))
                .isPresent();
        return late
                ? expire(token, tools, saved, done)
                : resume(token.phase() == Phase.PAUSED ? token.approved() : token, tools, saved, done);
    }

    /** Ends a pause that nobody has answered in time, as the release's {@code onFailure} says. Otherwise as {@link #resume}. */
    public static Cancellable expire(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        Problem problem = BatchWords.unanswered(token);
        return again(
                token,
                tools,
                saved,
                done,
                run -> run.fail(token, problem, token.record().health()));
    }

    /** Undoes a release that is paused, or that has ended while it held a batch. Otherwise as {@link #resume}. */
    public static Cancellable rollBack(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        Problem problem = BatchWords.refused(token);
        return again(token, tools, saved, done, run -> {
            run.recorder.failed(problem, Optional.empty());
            run.rollBack(token);
        });
    }

    private static Cancellable again(
            WatchToken token,
            ReleaseTools tools,
            Consumer<WatchToken> saved,
            Consumer<ReleaseRecord> done,
            Consumer<ReleaseRun> work) {
        ReleaseRecorder recorder = ReleaseRecorder.resume(token.record(), tools.scheduler(), tools.sink());
        ReleaseRun run = new ReleaseRun(tools, recorder, token.record().namespace(), saved, done);
        run.life.work(() -> work.accept(run));
        return run.life::cancel;
    }

    // ---- the way of a release

    private void release(ReleaseRequest request, Optional<WatchToken> earlier) {
        Deployer deployer = new Deployer(tools.port(), recorder, tools.workers(), life::isCancelled, earlier);
        ReleasePlan plan;
        try {
            plan = rehearsed(request, deployer);
        } catch (RuntimeException e) {
            if (earlier.isEmpty()) {
                throw e;
            }
            leftHalfApplied(earlier.get(), ReleaseLife.problem(e));
            return;
        }
        if (request.dryRun()) {
            life.finish(Outcome.DRY_RUN);
        } else {
            apply(plan, deployer);
        }
    }

    private ReleasePlan rehearsed(ReleaseRequest request, Deployer deployer) {
        ReleasePlan plan = PlanStage.run(request, tools.port(), recorder);
        return recorder.stage("Ask the server", plan.objects().size() + " objects", () -> {
            deployer.rehearse(plan);
            return plan;
        });
    }

    private void apply(ReleasePlan plan, Deployer deployer) {
        ReleaseRequest request = plan.request();
        Instant begun = tools.scheduler().now();
        try {
            recorder.stage("Apply", plan.objects().size() + " objects to namespace " + request.namespace(), () -> {
                WatchToken token = deployer.prepare(plan, begun, recorder);
                if (!life.isCancelled()) {
                    saved.accept(book.open(plan, token, deployer.contents()));
                }
                deployer.apply(plan, book::namespacesMade);
                return plan;
            });
        } catch (RuntimeException e) {
            deployer.underway().ifPresent(recorder::underway);
            Optional<WatchToken> half = deployer.halfApplied();
            if (half.isPresent() && !isEndOfProcess(e)) {
                leftHalfApplied(half.get(), ReleaseLife.problem(e));
                return;
            }
            partlyApplied(plan, deployer, begun, e);
            return;
        }
        applied(request, deployer.token(request, begun, recorder));
    }

    // Nobody has ended the release, but the process is about to end: the next one goes on with it.
    private boolean isEndOfProcess(RuntimeException e) {
        return !life.isCancelled() && ReleaseLife.problem(e).kind() == Problem.Kind.INTERRUPTED;
    }

    private void goOn(WatchToken token) {
        switch (token.phase()) {
            case APPLYING ->
                leftHalfApplied(
                        token,
                        new Problem(
                                Problem.Kind.FAILED,
                                "release",
                                "",
                                "it was interrupted while it applied, and what it was to apply is no longer known",
                                "Release again"));
            case ROLLING_BACK -> rollBack(token);
            case PAUSED -> paused(token);
            default -> await(token);
        }
    }

    /** An interrupted release that cannot be brought to its end. */
    private void leftHalfApplied(WatchToken token, Problem problem) {
        if (life.isCancelled()) {
            recorder.begunBefore(token.record().objects());
            life.interrupted();
            return;
        }
        recorder.failed(problem, Optional.empty());
        recorder.begunBefore(token.record().objects());
        recorder.add("But before it was interrupted, this release had begun to apply "
                + String.join(", ", recorder.changed()) + ", which may be changed");
        WatchToken begun = new Rollback(tools.port(), recorder).begun(token);
        if (token.onFailure() == OnFailure.ROLLBACK && (!begun.previous().isEmpty() || book.hasContents())) {
            rollBack(begun);
        } else {
            life.finish(Outcome.FAILED);
        }
    }

    private void applied(ReleaseRequest request, Optional<WatchToken> token) {
        token.ifPresent(saved);
        if (token.isPresent() && request.awaitHealthy()) {
            await(token.get());
        } else {
            life.finish(request.awaitHealthy() ? Outcome.HEALTHY : Outcome.APPLIED);
        }
    }

    private void partlyApplied(ReleasePlan plan, Deployer deployer, Instant begun, RuntimeException e) {
        WatchToken token = deployer.undoable(plan, begun, recorder);
        boolean contents = !deployer.contents().isEmpty() && !recorder.changed().isEmpty();
        boolean undo = token.onFailure() == OnFailure.ROLLBACK
                && (contents || !token.previous().isEmpty())
                && !life.isCancelled()
                && !isEndOfProcess(e);
        if (!undo) {
            throw e;
        }
        recorder.failed(ReleaseLife.problem(e), Optional.empty());
        rollBack(token);
    }

    /** Waits for what the token waits for; first lets the batch happen that it is in. */
    private void await(WatchToken token) {
        if (token.batches().isEmpty() || !isForward(token)) {
            watch(token);
        } else {
            go(batches().enter(token));
        }
    }

    private BatchRun batches() {
        return new BatchRun(tools, recorder);
    }

    private void go(WatchToken token) {
        saved.accept(token);
        if (token.phase() == Phase.PAUSED) {
            paused(token);
        } else {
            watch(token);
        }
    }

    private void paused(WatchToken token) {
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
                token.waiting(), tools.port(), tools.scheduler(), recorder, outcome -> ended(token, begun, outcome)));
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
            case HEALTHY -> healthy(token);
            case CANCELLED -> life.interrupted();
            default -> life.work(() -> unhealthy(token, outcome));
        }
    }

    private void healthy(WatchToken token) {
        if (isForward(token) && token.batches().isPresent()) {
            life.work(() -> go(batches().after(token)));
        } else {
            life.finish(isForward(token) ? Outcome.HEALTHY : Outcome.ROLLED_BACK);
        }
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
    private void fail(WatchToken token, Problem problem, Map<ObjectRef, Health> health) {
        recorder.failed(problem, Optional.empty());
        switch (token.onFailure()) {
            case ROLLBACK -> rollBack(token);
            case HOLD -> {
                Rollback.Held held = new Rollback(tools.port(), recorder).hold(token, health);
                held.told().forEach(recorder::add);
                life.finish(held.paused().isEmpty() ? Outcome.FAILED : Outcome.HELD);
            }
            case LEAVE -> {
                recorder.add("Nothing was undone; " + BatchWords.left(token));
                life.finish(Outcome.FAILED);
            }
        }
    }

    private void rollBack(WatchToken token) {
        // First of all: whoever resumes must not take the revision that is being returned to for the new one.
        saved.accept(token.in(Phase.ROLLING_BACK, recorder.record(Outcome.RUNNING)));
        if (life.isCancelled()) {
            life.interrupted();
            return;
        }
        // Before the pods return: they are to find the configuration they ran with.
        Restored config = book.restore();
        Rollback.Begun begun = recorder.stage("Roll back", "", () -> new Rollback(tools.port(), recorder).begin(token));
        RollbackReport.tell(recorder, token, begun, config);
        if (begun.targets().isEmpty()) {
            if (begun.left().isEmpty() && config.isEmpty()) {
                recorder.add("Nothing was undone, because the release changed no pod template");
            }
            life.finish(Outcome.FAILED);
            return;
        }
        WaitRequest wait = WaitRequest.of(token.waiting().namespace(), begun.targets())
                .withTimeout(token.waiting().timeout())
                .startedAt(tools.scheduler().now());
        WatchToken back = new WatchToken(
                Phase.ROLLBACK, wait, Map.of(), List.of(), token.onFailure(), recorder.record(Outcome.RUNNING));
        saved.accept(back);
        watch(back);
    }
}
