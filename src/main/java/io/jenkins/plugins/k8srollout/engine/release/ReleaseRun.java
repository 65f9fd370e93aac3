package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    private final ReleaseWay way;
    private final CronJobGuard cronJobs;
    private final TrafficEnd traffic;
    private boolean rested; // whether its CronJobs are suspended, and none of their Jobs runs

    private ReleaseRun(
            ReleaseTools tools,
            ReleaseRecorder recorder,
            String namespace,
            Consumer<WatchToken> saved,
            Consumer<ReleaseRecord> done) {
        this.tools = tools.telling(recorder);
        this.recorder = recorder;
        this.book = new ReleaseBook(tools, recorder, namespace);
        this.cronJobs = new CronJobGuard(this.tools, recorder);
        Consumer<WatchToken> keeping = saved.andThen(book::saved);
        this.traffic = new TrafficEnd(this.tools, recorder);
        this.saved = token -> {
            traffic.take(token);
            keeping.accept(cronJobs.on(token));
        };
        this.life = new ReleaseLife(
                tools.workers(), recorder, record -> traffic.end(record, t -> cronJobs.end(t, r -> book.end(r, done))));
        this.way = new ReleaseWay(this.tools, recorder, book, life, this.saved);
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
        run.cronJobs.take(earlier);
        run.traffic.take(earlier);
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
     * once more, then the next begins. One that has ended while it applied stays as it is and fails, because nobody knows
     * what is missing: it can be undone, or released again. If the pause should have been answered earlier, it ends as {@link #expire} says.
     * Otherwise as {@link #resume}.
     */
    public static Cancellable continueFrom(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        if (!token.isApplied()) {
            return again(token, tools, saved, done, run -> {
                run.recorder.failed(BatchWords.notApplied(token), Optional.empty());
                run.life.finish(Outcome.FAILED);
            });
        }
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
                run -> run.way.fail(token, problem, token.record().health()));
    }

    /** Undoes a release that is paused, or that has ended while it held a batch or began to. Otherwise as {@link #resume}. */
    public static Cancellable rollBack(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        if (token.phase() == Phase.ROLLBACK) { // all of it is on its way back already
            return resume(token, tools, saved, done);
        }
        Problem problem = BatchWords.refused(token);
        return again(token, tools, saved, done, run -> {
            run.recorder.failed(problem, Optional.empty());
            run.way.rollBack(token.isApplied() ? token : new Rollback(run.tools.port(), run.recorder).begun(token));
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
        run.cronJobs.take(token);
        run.traffic.take(token);
        run.life.work(() -> work.accept(run));
        return run.life::cancel;
    }

    // ---- the way of a release

    private void release(ReleaseRequest request, Optional<WatchToken> earlier) {
        orLeftHalfApplied(earlier, () -> rehearse(PlanStage.run(request, tools.port(), recorder), earlier));
    }

    private void orLeftHalfApplied(Optional<WatchToken> earlier, Supplier<Runnable> rehearsal) {
        Runnable next;
        try {
            next = rehearsal.get();
        } catch (RuntimeException e) {
            if (earlier.isEmpty()) {
                throw e;
            }
            leftHalfApplied(earlier.get(), ReleaseLife.problem(e));
            return;
        }
        next.run();
    }

    /** @return what follows once the server has been asked */
    private Runnable rehearse(ReleasePlan plan, Optional<WatchToken> earlier) {
        Deployer deployer = new Deployer(tools.port(), recorder, tools.workers(), life::isCancelled, earlier);
        recorder.stage("Ask the server", plan.objects().size() + " objects", () -> {
            deployer.rehearse(plan);
            AnalysisStage.rehearse(plan.request().strategy());
            return plan;
        });
        cronJobs.supersede(deployer.answers());
        Optional<TrafficSettlement> split = TrafficSettlement.of(tools, recorder, life, plan, deployer.answers());
        if (split.isPresent() && !plan.request().dryRun()) {
            return () -> split.get().run(() -> orLeftHalfApplied(earlier, () -> rehearse(plan, earlier)));
        }
        Optional<ColourSettlement> unfinished = ColourSettlement.of(tools, recorder, life, deployer.answers());
        return unfinished.isEmpty() || plan.request().dryRun()
                ? () -> carryOut(plan, deployer, earlier)
                : () -> unfinished
                        .get()
                        .run(plan.request().timeout(), () -> orLeftHalfApplied(earlier, () -> rehearse(plan, earlier)));
    }

    private void carryOut(ReleasePlan plan, Deployer deployer, Optional<WatchToken> earlier) {
        ReleaseRequest request = plan.request();
        boolean guarded = request.cronJobs() == CronJobs.SUSPEND && !rested && deployer.changesAnything(plan);
        if (request.dryRun()) {
            if (guarded) {
                cronJobs.announce(plan);
            }
            life.finish(Outcome.DRY_RUN);
        } else if (guarded) {
            suspendFirst(plan, deployer, earlier);
        } else {
            apply(plan, deployer, tools.scheduler().now());
        }
    }

    /** Nothing but CronJobs is changed before none of their Jobs runs; the time-out of the release begins after that. */
    private void suspendFirst(ReleasePlan plan, Deployer deployer, Optional<WatchToken> earlier) {
        Instant begun = tools.scheduler().now();
        Optional<ReleasePlan> guarded = attempt(plan, deployer, begun, () -> suspended(plan, deployer, begun));
        if (guarded.isPresent() && cronJobs.isNeeded()) {
            awaitJobs(guarded.get(), earlier);
        } else if (guarded.isPresent()) {
            apply(guarded.get(), deployer, begun);
        }
    }

    private ReleasePlan suspended(ReleasePlan plan, Deployer deployer, Instant begun) {
        ReleasePlan guarded = cronJobs.prepare(plan);
        if (cronJobs.isNeeded()) {
            recorder.stage("Suspend CronJobs", String.join(", ", cronJobs.names()), () -> {
                open(plan, deployer, begun);
                if (!life.isCancelled()) {
                    cronJobs.suspend();
                }
                return plan;
            });
        }
        return guarded;
    }

    private void awaitJobs(ReleasePlan plan, Optional<WatchToken> earlier) {
        String stage = "Wait for Jobs";
        Instant since = tools.scheduler().now();
        recorder.accept(new ProgressEvent.StageStarted(stage, "those of suspended CronJobs"));
        life.await(() -> {
            Cancellable wait = cronJobs.awaitJobs(plan.request().timeout(), problem -> {
                life.awaited();
                Duration took = Duration.between(since, tools.scheduler().now());
                recorder.accept(new ProgressEvent.StageFinished(stage, problem.isEmpty(), took));
                life.work(() -> jobsEnded(plan, problem, earlier));
            });
            return () -> {
                wait.cancel();
                life.interrupted();
            };
        });
    }

    // Others have had minutes to change what was looked at before.
    private void jobsEnded(ReleasePlan plan, Optional<Problem> problem, Optional<WatchToken> earlier) {
        rested = true;
        orLeftHalfApplied(earlier, () -> {
            problem.ifPresent(p -> {
                throw new ReleaseException(p);
            });
            return rehearse(plan, earlier);
        });
    }

    private void open(ReleasePlan plan, Deployer deployer, Instant begun) {
        WatchToken token = deployer.prepare(plan, begun, recorder);
        cronJobs.findInherited(plan);
        if (!life.isCancelled()) {
            WatchToken opened = book.open(plan, token, deployer.contents());
            if (plan.request().strategy().inBatches().isPresent()
                    && token.batches().isPresent()) {
                book.mustBeKept();
            }
            saved.accept(opened);
            cronJobs.inherit();
        }
    }

    private void apply(ReleasePlan plan, Deployer deployer, Instant begun) {
        ReleaseRequest request = plan.request();
        String what = plan.objects().size() + " objects to namespace " + request.namespace();
        Optional<ReleasePlan> applied = attempt(
                plan,
                deployer,
                begun,
                () -> recorder.stage("Apply", what, () -> {
                    open(plan, deployer, begun);
                    deployer.apply(plan, book::namespacesMade);
                    return plan;
                }));
        if (applied.isPresent()) {
            applied(request, deployer.token(request, begun, recorder));
        }
    }

    /** @return what the work has come to; empty if the release has ended, or is on its way back */
    private <T> Optional<T> attempt(ReleasePlan plan, Deployer deployer, Instant begun, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (RuntimeException e) {
            deployer.underway().ifPresent(recorder::underway);
            Optional<WatchToken> half = deployer.halfApplied();
            if (half.isPresent() && !isEndOfProcess(e)) {
                leftHalfApplied(half.get(), ReleaseLife.problem(e));
            } else {
                partlyApplied(plan, deployer, begun, e);
            }
            return Optional.empty();
        }
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
            case ROLLING_BACK -> way.rollBack(token);
            case PAUSED -> way.paused(token);
            default -> {
                if (token.phase() == Phase.RELEASE) {
                    cronJobs.again(token);
                }
                way.await(token);
            }
        }
    }

    /** An interrupted release that cannot be brought to its end. */
    private void leftHalfApplied(WatchToken token, Problem problem) {
        recorder.held(BatchWords.unfinished(token));
        if (life.isCancelled()) {
            recorder.begunBefore(token.record().objects());
            life.interrupted();
            return;
        }
        recorder.failed(problem, Optional.empty());
        recorder.begunBefore(token.record().objects());
        recorder.add("But before it was interrupted, this release had begun to apply "
                + String.join(", ", recorder.changed()) + ", which may be changed");
        new ColourEnd(tools.port(), recorder).freeAll(token);
        WatchToken begun = new Rollback(tools.port(), recorder).begun(token);
        if (token.onFailure() == OnFailure.ROLLBACK && (!begun.previous().isEmpty() || book.hasContents())) {
            way.rollBack(begun);
        } else {
            life.finish(Outcome.FAILED);
        }
    }

    private void applied(ReleaseRequest request, Optional<WatchToken> token) {
        token.ifPresent(saved);
        if (token.isPresent() && request.awaitHealthy()) {
            way.await(token.get());
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
            recorder.held(BatchWords.unfinished(token));
            throw e;
        }
        recorder.failed(ReleaseLife.problem(e), Optional.empty());
        way.rollBack(token);
    }
}
