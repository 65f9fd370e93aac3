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
 * for ten seconds, a pod template that somebody else has changed since a release applied it, or a watch that cannot go
 * on. Without {@code failFast} all but the last two is told, and the wait goes on to its deadline.
 */
public final class HealthWatch {
    private static final Duration HTTP_INTERVAL = Duration.ofSeconds(2);
    private static final Duration DOUBT_INTERVAL = Duration.ofSeconds(2);

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
    private boolean doubting;
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
        watch.tell(() -> {}); // the deadline holds from now on, also while the cluster is not to be reached
        watch.scheduler.offload(watch::open);
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
        } catch (Throwable e) { // an Error, too, must not leave the wait without an end
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
        public void disconnected() {
            // Nothing is healthy, and no time of stability over, by what cannot be seen.
            tell(() -> unsynced++);
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
            HealthOutcome.Result result = end.get();
            try {
                close();
            } finally {
                scheduler.offload(() -> end(result));
            }
        } else if (state.failure().cause().isPresent()) {
            // Without failFast the log is fetched when the cause is fresh; at the deadline it may be gone.
            scheduler.offload(this::fetchLog);
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
                doubtIfDue();
            }
            return end;
        } catch (Throwable e) {
            state.failure().trouble(problem(e));
            return Optional.of(HealthOutcome.Result.FAILED);
        }
    }

    // ---- calls that take a while: on a worker, without the lock

    private void askIfDue() {
        if (state.period().isHealthy() && !state.period().isAnswered() && !probing) {
            probing = true;
            scheduler.offload(this::probe);
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
        try {
            Optional<String> reason = http.apply(check);
            tell(() -> answered(check, asked, reason));
        } catch (Throwable e) {
            tell(() -> state.failure().trouble(problem(e)));
        }
    }

    private void answered(HttpCheck check, int asked, Optional<String> reason) {
        if (reason.isEmpty()) {
            probing = false;
            state.period().answered(asked);
            state.narrator().remark(Finding.Severity.INFO, check.shown() + " answers as expected");
        } else {
            state.failure().unanswered(check.shown() + ": " + reason.get());
            state.narrator().retrying("GET " + check.shown(), reason.get(), HTTP_INTERVAL);
            scheduler.after(HTTP_INTERVAL, () -> scheduler.offload(this::probe));
        }
    }

    // A new generation may come from an autoscaler, or from somebody who has returned to another revision.
    private void doubtIfDue() {
        if (!doubting && state.doubtful().isPresent()) {
            doubting = true;
            scheduler.offload(this::lookIntoDoubt);
        }
    }

    private void lookIntoDoubt() {
        Optional<TargetState> target;
        Optional<Long> generation;
        synchronized (this) {
            target = over ? Optional.empty() : state.doubtful();
            generation = target.flatMap(t -> t.doubtful(state.objects()));
            doubting = generation.isPresent();
            if (!doubting) {
                return;
            }
        }
        WaitRequest.Target doubted = target.orElseThrow().target();
        try {
            boolean untouched = AppliedTarget.isUntouched(doubted, port.owned(doubted.ref()));
            tell(() -> looked(target.get(), generation.get(), untouched));
        } catch (RuntimeException e) {
            Problem problem = problem(e);
            tell(() -> state.narrator().retrying(problem.attempted(), problem.reason(), DOUBT_INTERVAL));
            scheduler.after(DOUBT_INTERVAL, () -> scheduler.offload(this::lookIntoDoubt));
        }
    }

    private void looked(TargetState target, long generation, boolean untouched) {
        doubting = false;
        if (untouched) {
            target.untouched(generation);
        } else {
            state.failure()
                    .trouble(ForeignChange.of(target.target(), state.objects().find(target.ref())));
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
        try {
            close();
        } finally {
            report(HealthOutcome.Result.CANCELLED);
        }
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

    private void end(HealthOutcome.Result result) {
        try {
            if (result != HealthOutcome.Result.HEALTHY) {
                fetchLog();
            }
        } finally {
            report(result);
        }
    }

    private void report(HealthOutcome.Result result) {
        done.accept(state.failure().outcome(result, state.targets(), port, started, scheduler.now()));
    }

    private static Problem problem(Throwable e) {
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
