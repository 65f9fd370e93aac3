package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Waits until objects are healthy, or until it is certain that they will not become so. Watches, never polls, and has
 * no thread of its own: what a watch tells is put aside ({@link Mailbox}), and a worker of the scheduler's takes all
 * that has gathered, judges what it concerns ({@link WaitState}), and decides. Here is when; what is watched is in
 * {@link WaitFeed}, and what must be asked in {@link HttpQuestion}, {@link AnalysisQuestion}, {@link TemplateQuestion} and {@link CauseLog}.
 *
 * <p>Done means: every target is healthy, has been so for {@link WaitRequest#stableFor} without a restart, and the HTTP
 * check has passed meanwhile. A target whose kind tells nothing ({@link Health.State#UNKNOWN}) is not waited for longer
 * than ten seconds if another one could be judged healthy, or if the wait is that of a release; it is reported as
 * unknown, never as healthy.
 *
 * <p>Failed means: a decisive cause, an object that a release had made and that was deleted, one that has not existed
 * for ten seconds, a pod template that somebody else has changed since a release applied it, or a watch that cannot go
 * on. Without {@code failFast} all but the last two is told, and the wait goes on to its deadline.
 */
public final class HealthWatch {
    private final List<WaitRequest.Target> targets;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final Consumer<HealthOutcome> done;
    private final Instant started;
    private final Mailbox mailbox;
    private final WaitFeed feed;
    private final HttpQuestion http;
    private final AnalysisQuestion analysis;
    private final TemplateQuestion template;
    private final CauseLog log;

    // Guarded by itself, as are the flags of the questions.
    private final WaitState state;
    private Cancellable timer = () -> {};

    private HealthWatch(
            WaitRequest asked,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done,
            Function<HttpCheck, Optional<String>> probe,
            Optional<Analysis> analysis,
            Function<Analysis.Metric, Measurement> metrics,
            boolean ofRelease) {
        this.started = scheduler.now();
        WaitRequest request = asked.startedAt(started);
        this.targets = request.targets();
        this.port = port;
        this.scheduler = scheduler;
        this.done = done;
        this.state = new WaitState(request, analysis, started, sink, ofRelease);
        this.mailbox = new Mailbox(scheduler, this::run);
        this.feed = new WaitFeed(port, scheduler, state, mailbox, ofRelease || request.isResumed(started));
        this.http = new HttpQuestion(request.http(), probe, scheduler, state, mailbox);
        this.analysis = new AnalysisQuestion(analysis, metrics, scheduler, state, mailbox);
        this.template = new TemplateQuestion(port, scheduler, state, mailbox);
        this.log = new CauseLog(port, request.logLines(), state);
    }

    /**
     * Begins a wait, or resumes one: a deadline that the request has is kept, but all is looked at before time is up
     * ({@link WaitEnd}). Returns at once.
     *
     * @param port stays the caller's, who closes it after {@code done}
     * @param sink told one event at a time
     * @param done called exactly once, whatever happens, after all watches have ended: on a worker of the scheduler's,
     *     or with {@code CANCELLED} on the thread that cancels, before {@code cancel} returns
     * @return ends the wait; does nothing once an outcome is being reported
     */
    public static Cancellable start(
            WaitRequest request,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done) {
        return start(request, port, scheduler, sink, done, new HttpProbe()::attempt);
    }

    static Cancellable start(
            WaitRequest request,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done,
            Function<HttpCheck, Optional<String>> http) {
        return open(new HealthWatch(
                request, port, scheduler, sink, done, http, Optional.empty(), metric -> Measurement.noData(""), false));
    }

    /**
     * As {@link #start}, for what a release has applied: if nothing among it can be judged, that is no failure.
     *
     * @param analysis what must hold besides that all is healthy
     */
    static Cancellable startOfRelease(
            WaitRequest request,
            Optional<Analysis> analysis,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done) {
        return startOfRelease(request, analysis, port, scheduler, sink, done, new MetricProbe()::measure);
    }

    static Cancellable startOfRelease(
            WaitRequest request,
            Optional<Analysis> analysis,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done,
            Function<Analysis.Metric, Measurement> metrics) {
        return open(new HealthWatch(
                request, port, scheduler, sink, done, new HttpProbe()::attempt, analysis, metrics, true));
    }

    private static Cancellable open(HealthWatch watch) {
        watch.mailbox.tell(() -> {}); // the deadline holds from now on, also while the cluster is not to be reached
        watch.scheduler.offload(() -> watch.feed.open(watch.targets));
        return watch::cancel;
    }

    private void run() {
        mailbox.opened();
        Optional<HealthOutcome.Result> end;
        synchronized (state) {
            if (state.isOver()) {
                return;
            }
            end = decide();
            if (end.isPresent()) {
                state.end();
            }
        }
        if (end.isPresent()) {
            HealthOutcome.Result result = end.get();
            try {
                close();
            } finally {
                scheduler.offload(() -> end(result));
            }
        } else if (state.failure().cause().isPresent()) {
            // Without failFast the log is fetched when the cause is fresh; at the deadline it may be gone.
            scheduler.offload(log::fetch);
        }
    }

    private Optional<HealthOutcome.Result> decide() {
        try {
            mailbox.read();
            Instant now = scheduler.now();
            Optional<HealthOutcome.Result> end = state.decide(now, feed.isComplete());
            if (end.isEmpty()) {
                timer.cancel();
                timer = scheduler.after(state.untilNext(now), this::run);
                http.askIfDue();
                analysis.askIfDue();
                template.askIfDue();
            }
            return end;
        } catch (Throwable e) {
            state.failure().trouble(WaitTrouble.of(e));
            return Optional.of(HealthOutcome.Result.FAILED);
        }
    }

    private void cancel() {
        synchronized (state) {
            if (state.isOver()) {
                return;
            }
            state.end();
        }
        try {
            close();
        } finally {
            report(HealthOutcome.Result.CANCELLED);
        }
    }

    private void close() {
        synchronized (state) {
            timer.cancel();
            analysis.close();
        }
        feed.close();
    }

    private void end(HealthOutcome.Result result) {
        try {
            if (result != HealthOutcome.Result.HEALTHY) {
                log.fetch();
            }
        } finally {
            report(result);
        }
    }

    private void report(HealthOutcome.Result result) {
        done.accept(state.failure().outcome(result, state.targets(), port, started, scheduler.now()));
    }
}
