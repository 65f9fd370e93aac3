package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The threads of one release, and that it ends exactly once: by itself, by a failure of any sort, or by an abort. */
final class ReleaseLife {
    private static final Logger LOGGER = Logger.getLogger(ReleaseLife.class.getName());

    private final Executor workers;
    private final ReleaseRecorder recorder;
    private final Consumer<ReleaseRecord> done;

    // All below is guarded by this.
    private Thread working;
    private Cancellable watch = () -> {};
    private int round;
    private boolean cancelled;
    private boolean over;

    ReleaseLife(Executor workers, ReleaseRecorder recorder, Consumer<ReleaseRecord> done) {
        this.workers = workers;
        this.recorder = recorder;
        this.done = done;
    }

    /** Starts a wait that {@link #cancel} ends. */
    void await(Supplier<Cancellable> starter) {
        int mine;
        synchronized (this) {
            if (over) {
                return;
            }
            mine = ++round;
        }
        Cancellable started = starter.get();
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

    /** The wait is over. */
    synchronized void awaited() {
        round++; // what began it may yet return, and is not to be ended by then
        watch = () -> {};
    }

    /**
     * Runs a step on a worker, where {@link #cancel} can interrupt it; whatever it throws ends the release. A step that
     * was cancelled before it began does not begin.
     */
    void work(Runnable step) {
        try {
            workers.execute(() -> begin(step));
        } catch (RuntimeException e) { // the workers are closed
            failed(problem(e));
        }
    }

    private void begin(Runnable step) {
        boolean late;
        synchronized (this) {
            if (over) {
                return;
            }
            late = cancelled;
            working = late ? null : Thread.currentThread();
        }
        try {
            if (late) {
                interrupted();
            } else {
                step.run();
            }
        } catch (Throwable e) { // an Error, too, must not leave the release without an end
            failed(problem(e));
        } finally {
            synchronized (this) {
                working = null;
                if (cancelled) {
                    Thread.interrupted(); // the thread goes back to its pool without our interrupt
                }
            }
        }
    }

    static Problem problem(Throwable e) {
        if (e instanceof ReleaseException known) {
            return known.problem();
        }
        LOGGER.log(Level.WARNING, "a release has met an unexpected error", e);
        return new Problem(Problem.Kind.FAILED, "release", "", "an unexpected error: " + e, "Report it with the log");
    }

    void failed(Problem problem) {
        if (isCancelled()) {
            interrupted();
            return;
        }
        List<String> changed = recorder.changed();
        if (recorder.problem().isPresent()) {
            recorder.add("What should have followed has failed, too: " + problem.reason());
        } else {
            recorder.failed(problem, Optional.empty());
        }
        if (!changed.isEmpty()) {
            recorder.add("Changed by this release: " + String.join(", ", changed));
        }
        recorder.held().ifPresent(recorder::add);
        finish(Outcome.FAILED);
    }

    void interrupted() {
        List<String> changed = recorder.changed();
        List<String> told = new ArrayList<>();
        if (!changed.isEmpty()) {
            told.add("These objects stay as applied, and " + recorder.held().orElse("Kubernetes goes on with them")
                    + ": " + String.join(", ", changed));
        }
        if (!recorder.underway().isEmpty()) {
            told.add(recorder.underway() + " was just being applied, and may be changed or not");
        }
        String left = told.isEmpty() ? "Nothing was changed" : String.join(". ", told);
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
                            told.isEmpty() || recorder.held().isPresent()
                                    ? ""
                                    : "Release again, or roll back with kubectl rollout undo"),
                    Optional.empty());
        }
        finish(Outcome.CANCELLED);
    }

    void cancel() {
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

    synchronized boolean isCancelled() {
        return cancelled;
    }

    void finish(Outcome outcome) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        done.accept(recorder.record(outcome));
    }
}
