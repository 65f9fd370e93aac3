package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
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
    private final Consumer<ReleaseRecord> done;

    // All below is guarded by this.
    private Thread working;
    private Cancellable watch = () -> {};
    private Instant watching;
    private int round;
    private boolean cancelled;
    private boolean over;

    private ReleaseRun(
            ReleaseTools tools, ReleaseRecorder recorder, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        this.tools = tools.telling(recorder);
        this.recorder = recorder;
        this.saved = saved;
        this.done = done;
    }

    /**
     * Begins a release. Returns at once, unless the workers run their tasks on the caller's thread.
     *
     * @param saved given what must be kept for {@link #resume} if the process ends, each time that changes: when all is
     *     applied and when a rollback has begun
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
        ReleaseRun run = new ReleaseRun(tools, recorder, saved, done);
        run.work(() -> run.release(request));
        return run::cancel;
    }

    /** Goes on where a token was saved; its deadline is kept. Otherwise as {@link #start}. */
    public static Cancellable resume(
            WatchToken token, ReleaseTools tools, Consumer<WatchToken> saved, Consumer<ReleaseRecord> done) {
        ReleaseRecorder recorder = ReleaseRecorder.resume(token.record(), tools.scheduler(), tools.sink());
        ReleaseRun run = new ReleaseRun(tools, recorder, saved, done);
        run.work(() -> run.watch(token));
        return run::cancel;
    }

    // ---- the way of a release

    private void release(ReleaseRequest request) {
        ReleasePlan plan = plan(request);
        Deployer deployer = new Deployer(tools.port(), recorder, tools.workers());
        recorder.stage("Ask the server", plan.objects().size() + " objects", () -> {
            deployer.rehearse(plan);
            return plan;
        });
        if (request.dryRun()) {
            finish(Outcome.DRY_RUN);
            return;
        }
        Instant begun = tools.scheduler().now();
        try {
            recorder.stage("Apply", plan.objects().size() + " objects to namespace " + request.namespace(), () -> {
                deployer.apply(plan);
                return plan;
            });
        } catch (ReleaseException e) {
            partlyApplied(request, deployer.token(request, begun, recorder), e);
            return;
        }
        applied(request, deployer.token(request, begun, recorder));
    }

    private void applied(ReleaseRequest request, Optional<WatchToken> token) {
        token.ifPresent(saved);
        if (token.isPresent() && request.awaitHealthy()) {
            watch(token.get());
        } else {
            finish(request.awaitHealthy() ? Outcome.HEALTHY : Outcome.APPLIED);
        }
    }

    private void partlyApplied(ReleaseRequest request, Optional<WatchToken> token, ReleaseException e) {
        boolean undo = request.onFailure() == OnFailure.ROLLBACK
                && token.filter(t -> !t.previous().isEmpty()).isPresent()
                && !isCancelled();
        if (!undo) {
            throw e;
        }
        recorder.failed(e.problem(), Optional.empty());
        rollBack(token.get());
    }

    private ReleasePlan plan(ReleaseRequest request) {
        return recorder.stage("Plan", "", () -> {
            ReleasePlan plan;
            try {
                plan = ReleasePlanner.plan(request, FactsOfCluster.of(tools.port()));
            } catch (ManifestsRefusedException e) {
                e.findings().forEach(f -> recorder.accept(new ProgressEvent.Checked(f)));
                throw e;
            }
            plan.findings().forEach(f -> recorder.accept(new ProgressEvent.Checked(f)));
            plan.upgrades()
                    .forEach(u -> recorder.accept(new ProgressEvent.Upgraded(u.object(), u.from(), u.to(), u.diff())));
            plan.images()
                    .forEach(i -> recorder.accept(
                            new ProgressEvent.ImageReplaced(i.object(), i.container(), i.from(), i.to())));
            recorder.configHashes(plan.configHashes());
            return plan;
        });
    }

    private void watch(WatchToken token) {
        String what = token.phase() == Phase.RELEASE ? "the new revision" : "the previous revision";
        int mine;
        synchronized (this) {
            if (over) {
                return;
            }
            watching = tools.scheduler().now();
            mine = ++round;
        }
        recorder.accept(new ProgressEvent.StageStarted(
                stageOf(token), what + " of " + token.waiting().targets().size() + " objects"));
        Cancellable started = HealthWatch.startOfRelease(
                token.waiting(), tools.port(), tools.scheduler(), recorder, outcome -> ended(token, outcome));
        boolean late;
        synchronized (this) {
            // It may have ended already, and the rollback's have begun.
            watch = round == mine ? started : watch;
            late = cancelled;
        }
        if (late) {
            started.cancel();
        }
    }

    private static String stageOf(WatchToken token) {
        return token.phase() == Phase.RELEASE ? "Wait for health" : "Wait for the rollback";
    }

    private void ended(WatchToken token, HealthOutcome outcome) {
        Duration took;
        synchronized (this) {
            watch = () -> {};
            took = Duration.between(watching, tools.scheduler().now());
        }
        recorder.accept(new ProgressEvent.StageFinished(stageOf(token), outcome.isHealthy(), took));
        switch (outcome.result()) {
            case HEALTHY -> finish(token.phase() == Phase.RELEASE ? Outcome.HEALTHY : Outcome.ROLLED_BACK);
            case CANCELLED -> interrupted();
            default -> work(() -> unhealthy(token, outcome));
        }
    }

    private void unhealthy(WatchToken token, HealthOutcome outcome) {
        if (token.phase() == Phase.ROLLBACK) {
            recorder.failed(outcome.toProblem(), outcome.cause());
            recorder.add("The previous revision did not become healthy either ("
                    + outcome.toProblem().reason() + ")");
            finish(Outcome.FAILED);
            return;
        }
        recorder.failed(outcome.toProblem(), outcome.cause());
        switch (token.onFailure()) {
            case ROLLBACK -> rollBack(token);
            case HOLD -> {
                Rollback.Held held = new Rollback(tools.port(), recorder).hold(token, outcome.objects());
                held.told().forEach(recorder::add);
                finish(held.paused().isEmpty() ? Outcome.FAILED : Outcome.HELD);
            }
            case LEAVE -> {
                recorder.add("Nothing was undone; Kubernetes goes on trying");
                finish(Outcome.FAILED);
            }
        }
    }

    private void rollBack(WatchToken token) {
        Rollback.Begun begun = recorder.stage("Roll back", "", () -> new Rollback(tools.port(), recorder).begin(token));
        token.previous().forEach((ref, revision) -> {
            if (begun.targets().stream().anyMatch(t -> t.ref().equals(ref))) {
                recorder.add(ref + " was returned to " + revision);
            }
        });
        begun.left().forEach(recorder::add);
        if (token.previous().isEmpty() && token.created().isEmpty()) {
            List<String> changed = recorder.changed();
            recorder.add(
                    "Nothing was rolled back: no pod template was changed, or none whose previous revision is known. "
                            + (changed.isEmpty()
                                    ? "No object was changed"
                                    : "As released stay " + String.join(", ", changed)));
        } else {
            recorder.configurationLeft().ifPresent(recorder::add);
        }
        if (begun.targets().isEmpty()) {
            if (begun.left().isEmpty()) {
                recorder.add("Nothing was undone, because the release changed no pod template");
            }
            finish(Outcome.FAILED);
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

    // ---- threads, ends and failures

    /** Runs a step on a worker, where {@link #cancel} can interrupt it; whatever it throws ends the release. */
    private void work(Runnable step) {
        tools.workers().execute(() -> {
            synchronized (this) {
                if (over) {
                    return;
                }
                working = Thread.currentThread();
            }
            try {
                step.run();
            } catch (ReleaseException e) {
                failed(e.problem());
            } catch (RuntimeException e) {
                failed(new Problem(
                        Problem.Kind.FAILED, "release", "", "an unexpected error: " + e, "Report it with the log"));
            } finally {
                synchronized (this) {
                    working = null;
                    if (cancelled) {
                        Thread.interrupted(); // the thread goes back to its pool without our interrupt
                    }
                }
            }
        });
    }

    private void failed(Problem problem) {
        if (isCancelled()) {
            interrupted();
            return;
        }
        recorder.failed(problem, Optional.empty());
        finish(Outcome.FAILED);
    }

    private void interrupted() {
        List<String> changed = recorder.changed();
        String left = changed.isEmpty()
                ? "Nothing was changed"
                : "These objects stay as applied, and Kubernetes goes on with them: " + String.join(", ", changed);
        String when = "ended by somebody in the stage " + recorder.stage();
        if (recorder.problem().isPresent()) {
            recorder.add("Then the release was " + when + ". " + left);
        } else {
            recorder.failed(
                    new Problem(
                            Problem.Kind.INTERRUPTED,
                            "release",
                            "",
                            "it was " + when + ". " + left,
                            changed.isEmpty() ? "" : "Release again, or roll back with kubectl rollout undo"),
                    Optional.empty());
        }
        finish(Outcome.CANCELLED);
    }

    private void cancel() {
        Cancellable current;
        synchronized (this) {
            if (over || cancelled) {
                return;
            }
            cancelled = true;
            if (working != null) {
                working.interrupt();
            }
            current = watch;
        }
        current.cancel();
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private void finish(Outcome outcome) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        done.accept(recorder.record(outcome));
    }
}
