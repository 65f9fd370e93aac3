package io.jenkins.plugins.k8srollout.step;

import hudson.FilePath;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import io.jenkins.plugins.k8srollout.run.FailureMessages;
import io.jenkins.plugins.k8srollout.run.LogMask;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * A step's work beside its Pipeline: away from the CPS thread, ended by an abort, taken up again after a restart.
 *
 * <p>Subclasses keep in fields only what a restart must not lose, as plain serializable values; everything else is made
 * anew each time {@link #work} runs.
 */
abstract class EngineExecution extends StepExecution {
    private static final long serialVersionUID = 1L;

    private static final Duration AGENT_RETURN = Duration.ofMinutes(10);
    private static final Duration AGENT_CHECK = Duration.ofSeconds(2);
    private static final Duration LAST_CALL = Duration.ofSeconds(10);

    // Names the entry on the build page, which goes on after a restart; null in steps of versions without the page.
    private final String id = UUID.randomUUID().toString();

    private transient volatile Future<?> task;
    private transient volatile BuildLog log;
    private transient volatile Instant resumed;
    private transient boolean ended;
    private transient Deque<Runnable> cleanups;

    EngineExecution(StepContext context) {
        super(context);
    }

    /**
     * Does the work, or sets it going. Runs on a thread that may block and is interrupted by an abort; ends in {@link
     * #succeed} or {@link #fail}, now or later. What it throws ends the step.
     *
     * @param log takes the engine's events
     */
    protected abstract void work(BuildLog log) throws Exception;

    /** What sort of work it is, for the build page. */
    protected abstract ReleaseEntry.Kind kind();

    /** What it is about, for the build page; may be empty. */
    protected abstract String subject();

    /** What must be ended or given back when the step ends, however it does; at once if it has ended already. */
    protected final void atEnd(Runnable cleanup) {
        synchronized (this) {
            if (!ended) {
                cleanups = cleanups == null ? new ArrayDeque<>() : cleanups;
                cleanups.push(cleanup);
                return;
            }
        }
        cleanup.run();
    }

    @Override
    public final boolean start() {
        begin();
        return false;
    }

    @Override
    public final void onResume() {
        resumed = EngineServices.get().scheduler().now();
        begin();
    }

    private void begin() {
        task = EngineServices.get().submit(() -> {
            try {
                log = open();
                work(log);
            } catch (StepWorkspace.AgentAwayException e) {
                awaitAgent(e);
            } catch (Exception | LinkageError e) {
                giveUp(e);
            }
        });
    }

    private void giveUp(Throwable reason) {
        try {
            if (reason instanceof InterruptedException || !workWithout(reason, log)) {
                fail(reason);
            }
        } catch (Exception | LinkageError e) {
            fail(e);
        }
    }

    /**
     * Called where {@link #work} has thrown, on its thread: brings to an end what an earlier process has begun.
     *
     * @return false if there is nothing to bring to an end, and the step fails for this reason
     */
    protected boolean workWithout(Throwable reason, BuildLog current) throws Exception {
        return false;
    }

    /** Completes when nothing more is done outside of Jenkins, which after an abort may be later than {@link #atEnd}. */
    protected CompletionStage<Void> settled() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Returns when the fields are safe on disk. A Pipeline whose durability is {@code PERFORMANCE_OPTIMIZED} keeps nothing.
     *
     * @throws ReleaseException if they cannot be saved, or the wait for it is interrupted
     */
    protected final void saveState() {
        try {
            getContext().saveState().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unsaved(Problem.Kind.INTERRUPTED, "the work was interrupted", e);
        } catch (ExecutionException e) {
            throw unsaved(Problem.Kind.FAILED, String.valueOf(e.getCause()), e);
        }
    }

    private static ReleaseException unsaved(Problem.Kind kind, String reason, Exception cause) {
        return new ReleaseException(
                new Problem(
                        kind,
                        "save what a restart of Jenkins must not lose",
                        "this Pipeline's state",
                        reason,
                        "See Jenkins' system log; mostly the disk is full"),
                cause);
    }

    private BuildLog open() throws IOException, InterruptedException {
        ReleaseEntry entry = ReleaseAction.of(build()).entry(id == null ? "resumed" : id, kind(), subject());
        LogMask mask = new LogMask(build(), getContext().get(ConsoleLogFilter.class));
        return new BuildLog(build(), getContext().get(TaskListener.class), entry, mask);
    }

    /** After a restart of Jenkins agents need a while to come back. */
    private void awaitAgent(StepWorkspace.AgentAwayException reason) {
        Scheduler scheduler = EngineServices.get().scheduler();
        if (resumed == null || scheduler.now().isAfter(resumed.plus(AGENT_RETURN))) {
            giveUp(reason);
        } else {
            Cancellable next = scheduler.after(AGENT_CHECK, this::begin);
            atEnd(next::cancel);
        }
    }

    protected final void end(Object result, Throwable failure) {
        if (failure == null) {
            succeed(result);
        } else {
            fail(failure);
        }
    }

    protected final void succeed(Object result) {
        if (end()) {
            told(State.SUCCESS, "");
            getContext().onSuccess(result);
        }
    }

    protected final void fail(Throwable reason) {
        if (end()) {
            Throwable explained = FailureMessages.of(reason);
            told(State.FAILURE, String.valueOf(explained.getMessage()));
            getContext().onFailure(explained);
        }
    }

    private void told(State state, String reason) {
        BuildLog current = log;
        if (current != null) {
            current.end(state, reason);
        }
    }

    @Override
    public final void stop(Throwable cause) throws Exception {
        if (end()) {
            Future<?> running = task;
            if (running != null) {
                running.cancel(true);
            }
            // Who waits for this step, such as another holder of its lock, begins when the last call has been answered.
            AtomicBoolean told = new AtomicBoolean();
            Runnable tell = () -> {
                if (told.compareAndSet(false, true)) {
                    told(State.ABORTED, "");
                    getContext().onFailure(cause);
                }
            };
            Cancellable late = EngineServices.get().scheduler().after(LAST_CALL, tell);
            settled().whenComplete((nothing, failure) -> {
                late.cancel();
                tell.run();
            });
        }
    }

    /** Whether it is this caller that ends the step. While Jenkins shuts down nobody does: the step will be resumed. */
    private boolean end() {
        Deque<Runnable> last;
        synchronized (this) {
            if (ended || EngineServices.get().isClosing()) {
                return false;
            }
            ended = true;
            last = cleanups == null ? new ArrayDeque<>() : cleanups;
        }
        last.forEach(Runnable::run);
        return true;
    }

    @Override
    public String getStatus() {
        BuildLog current = log;
        return current == null || current.last().isEmpty() ? "starting" : current.last();
    }

    protected final Run<?, ?> build() throws IOException, InterruptedException {
        return getContext().get(Run.class);
    }

    /** The workspace, for use at once: it does not survive a lost agent. */
    protected final FilePath workspace() throws IOException, InterruptedException {
        return StepWorkspace.of(getContext(), resumed != null);
    }
}
