package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Waits until objects are healthy, or until it is certain that they will not become so. Watches, never polls, and has
 * no thread of its own: what a watch tells is put aside, and a worker of the scheduler's takes all that has gathered,
 * judges what it concerns, and decides.
 *
 * <p>Done means: every target is healthy, has been so for {@link WaitRequest#stableFor} without a restart, and the HTTP
 * check has passed meanwhile. A target whose kind tells nothing ({@link Health.State#UNKNOWN}) is not waited for longer
 * than ten seconds if another one could be judged healthy, or if the wait is that of a release; it is reported as
 * unknown, never as healthy.
 *
 * <p>Failed means: a decisive cause, an object that a release had made and that was deleted, one that has not existed
 * for ten seconds, or a watch that cannot go on. Without {@code failFast} all but the last is told, and the wait goes on
 * to its deadline.
 */
public final class HealthWatch {
    private static final Duration HTTP_INTERVAL = Duration.ofSeconds(2);

    private final WaitRequest request;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final Consumer<HealthOutcome> done;
    private final Function<HttpCheck, Optional<String>> http;
    private final Instant started;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    // All below is guarded by this.
    private final WaitState state;
    private final List<Cancellable> watches = new ArrayList<>();
    private int unsynced = 1;
    private Cancellable timer = () -> {};
    private boolean probing;
    private boolean logWanted;
    private boolean over;

    private HealthWatch(
            WaitRequest request,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done,
            Function<HttpCheck, Optional<String>> http,
            boolean ofRelease) {
        this.started = scheduler.now();
        this.request = request.startedAt(started);
        this.port = port;
        this.scheduler = scheduler;
        this.done = done;
        this.http = http;
        this.state = new WaitState(this.request, sink, ofRelease);
        this.logWanted = request.logLines() > 0;
    }

    /**
     * Begins a wait, or resumes one: a deadline that the request has is kept. Returns at once.
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
        return open(new HealthWatch(request, port, scheduler, sink, done, http, false));
    }

    /** As {@link #start}, for what a release has applied: if nothing among it can be judged, that is no failure. */
    static Cancellable startOfRelease(
            WaitRequest request,
            ClusterPort port,
            Scheduler scheduler,
            ProgressSink sink,
            Consumer<HealthOutcome> done) {
        return open(new HealthWatch(request, port, scheduler, sink, done, new HttpProbe()::attempt, true));
    }

    private static Cancellable open(HealthWatch watch) {
        watch.scheduler.after(Duration.ZERO, watch::open);
        return watch::cancel;
    }

    // ---- watching

    private void open() {
        try {
            for (Selection selection : WatchPlan.of(request.targets(), port.apis())) {
                open(selection);
            }
            for (WaitRequest.Target target : request.targets()) {
                if (HealthRules.isHealthyByExisting(target.ref())) {
                    port.get(target.ref()).ifPresent(o -> inbox.add(() -> state.take(o, scheduler.now(), false)));
                }
            }
            tell(() -> unsynced--);
        } catch (RuntimeException e) {
            tell(() -> state.failure().trouble(problem(e)));
        }
    }

    private void open(Selection selection) {
        synchronized (this) {
            if (over) {
                return;
            }
            unsynced++;
        }
        Cancellable watch = port.watch(selection, new Listener());
        synchronized (this) {
            if (!over) {
                watches.add(watch);
                return;
            }
        }
        watch.cancel();
    }

    private final class Listener implements WatchListener {
        // Called one at a time, but perhaps on one thread after another.
        private volatile boolean live;

        @Override
        public void changed(KubeObject object) {
            boolean news = live;
            tell(() -> state.take(object, scheduler.now(), news));
        }

        @Override
        public void deleted(KubeObject object) {
            tell(() -> state.drop(object));
        }

        @Override
        public void synced() {
            live = true;
            tell(() -> unsynced--);
        }

        @Override
        public void failed(RuntimeException reason) {
            tell(() -> state.failure().trouble(problem(reason)));
        }
    }

    private void tell(Runnable news) {
        inbox.add(news);
        if (called.compareAndSet(false, true)) {
            scheduler.after(Duration.ZERO, this::run);
        }
    }

    // ---- deciding

    private void run() {
        called.set(false);
        Optional<HealthOutcome.Result> end;
        synchronized (this) {
            if (over) {
                return;
            }
            end = decide();
            over = end.isPresent();
        }
        if (end.isPresent()) {
            close();
            if (end.get() != HealthOutcome.Result.HEALTHY) {
                fetchLog();
            }
            report(end.get());
        } else if (state.failure().cause().isPresent()) {
            // Without failFast the log is fetched when the cause is fresh; at the deadline it may be gone.
            fetchLog();
        }
    }

    private Optional<HealthOutcome.Result> decide() {
        try {
            for (Runnable news = inbox.poll(); news != null; news = inbox.poll()) {
                news.run();
            }
            Instant now = scheduler.now();
            Optional<HealthOutcome.Result> end = state.decide(now, unsynced <= 0);
            if (end.isEmpty()) {
                timer.cancel();
                timer = scheduler.after(state.untilNext(now), this::run);
                askIfDue();
            }
            return end;
        } catch (RuntimeException e) {
            state.failure().trouble(problem(e));
            return Optional.of(HealthOutcome.Result.FAILED);
        }
    }

    // ---- calls that take a while: on a worker, without the lock

    private void askIfDue() {
        if (state.period().isHealthy() && !state.period().isAnswered() && !probing) {
            probing = true;
            scheduler.after(Duration.ZERO, this::probe);
        }
    }

    private void probe() {
        HttpCheck check = request.http().orElseThrow();
        int asked;
        synchronized (this) {
            asked = state.period().number();
            probing = state.period().isHealthy() && !over;
            if (!probing) {
                return;
            }
        }
        Optional<String> reason = http.apply(check);
        tell(() -> answered(check, asked, reason));
    }

    private void answered(HttpCheck check, int asked, Optional<String> reason) {
        if (reason.isEmpty()) {
            probing = false;
            state.period().answered(asked);
            state.narrator().remark(Finding.Severity.INFO, check.shown() + " answers as expected");
        } else {
            state.failure().unanswered(check.shown() + ": " + reason.get());
            state.narrator().retrying("GET " + check.shown(), reason.get(), HTTP_INTERVAL);
            scheduler.after(HTTP_INTERVAL, this::probe);
        }
    }

    private void fetchLog() {
        Optional<Health.Cause> cause = state.failure().cause();
        Optional<KubeObject> pod;
        synchronized (this) {
            if (!logWanted) {
                return;
            }
            logWanted = false;
            pod = cause.flatMap(c -> state.objects().find(c.object()));
        }
        pod.flatMap(p -> ContainerLog.of(p, cause.orElseThrow().container()))
                .flatMap(log -> log.fetch(port, request.logLines()))
                .ifPresent(excerpt -> {
                    synchronized (this) {
                        state.failure().log(excerpt);
                        state.narrator().log(excerpt);
                    }
                });
    }

    // ---- ending

    private void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        close();
        report(HealthOutcome.Result.CANCELLED);
    }

    private void close() {
        List<Cancellable> ended;
        synchronized (this) {
            ended = List.copyOf(watches);
            watches.clear();
            timer.cancel();
        }
        ended.forEach(Cancellable::cancel);
    }

    private void report(HealthOutcome.Result result) {
        done.accept(state.failure().outcome(result, state.targets(), port, started, scheduler.now()));
    }

    private static Problem problem(RuntimeException e) {
        return e instanceof ReleaseException known
                ? known.problem()
                : new Problem(
                        Problem.Kind.FAILED,
                        "wait for a healthy release",
                        "",
                        "an unexpected error: " + e,
                        "Report it with the log");
    }
}
