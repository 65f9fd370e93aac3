package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspensions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Waits until no Job of some CronJobs runs any more, well or not. Watches, never polls; holds no thread. Ends exactly
 * once: with nothing, with a problem, or cancelled.
 */
final class RunningJobs {
    private final Map<String, ObjectRef> cronJobs;
    private final Duration timeout;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final ProgressSink sink;
    private final Consumer<Optional<Problem>> done;
    private final Mailbox mailbox;

    // Guarded by this.
    private final List<Cancellable> watches = new ArrayList<>();
    private Cancellable timer = () -> {};
    private boolean over;

    // Read and written only by what the mailbox runs, one at a time. The first that is missing is the opening itself.
    private final Map<String, KubeObject> running = new TreeMap<>();
    private final TreeSet<String> told = new TreeSet<>();
    private Optional<Problem> trouble = Optional.empty();
    private int missing = 1;

    private RunningJobs(
            Map<String, ObjectRef> cronJobs,
            Duration timeout,
            ReleaseTools tools,
            ProgressSink sink,
            Consumer<Optional<Problem>> done) {
        this.cronJobs = Map.copyOf(cronJobs);
        this.timeout = timeout;
        this.port = tools.port();
        this.scheduler = tools.scheduler();
        this.sink = sink;
        this.done = done;
        this.mailbox = new Mailbox(scheduler, this::read);
    }

    /**
     * Begins to wait. Returns at once.
     *
     * @param cronJobs whose Jobs, by the uid of each
     * @param done called once, unless it is cancelled before: on a worker of the scheduler's, empty if none runs any more
     */
    static Cancellable await(
            Map<String, ObjectRef> cronJobs,
            Duration timeout,
            ReleaseTools tools,
            ProgressSink sink,
            Consumer<Optional<Problem>> done) {
        RunningJobs jobs = new RunningJobs(cronJobs, timeout, tools, sink, done);
        jobs.start();
        return jobs::close;
    }

    private void start() {
        Cancellable started = scheduler.after(timeout, () -> mailbox.tell(() -> trouble = Optional.of(late())));
        synchronized (this) {
            timer = over ? timer : started;
        }
        scheduler.offload(this::open);
    }

    private void open() {
        try {
            List<String> namespaces = cronJobs.values().stream()
                    .map(ObjectRef::namespace)
                    .distinct()
                    .toList();
            for (String namespace : namespaces) {
                mailbox.put(() -> missing++);
                Cancellable watch = port.watch(Selection.of("batch/v1", "Job", namespace), new Listener());
                boolean late;
                synchronized (this) {
                    late = over;
                    watches.add(watch);
                }
                if (late) {
                    watch.cancel();
                }
            }
            mailbox.tell(() -> missing--);
        } catch (Throwable e) { // an Error, too, must not leave the wait without an end
            mailbox.tell(() -> trouble = Optional.of(WaitTrouble.of(e)));
        }
    }

    private void read() {
        mailbox.opened();
        synchronized (this) {
            if (over) {
                return;
            }
        }
        mailbox.read();
        running.values().stream()
                .filter(job -> told.add(job.uid()))
                .forEach(job -> sink.accept(new ProgressEvent.Notice(
                        Severity.INFO, "Waiting for " + job.ref() + ", which " + owner(job) + " has started")));
        if (trouble.isPresent() || missing <= 0 && running.isEmpty()) {
            Optional<Problem> end = trouble;
            if (close()) {
                scheduler.offload(() -> done.accept(end));
            }
        }
    }

    private String owner(KubeObject job) {
        return cronJobs.entrySet().stream()
                .filter(e -> Suspensions.isRunning(job, e.getKey()))
                .map(e -> e.getValue().toString())
                .findFirst()
                .orElse("a CronJob");
    }

    private Problem late() {
        String names =
                running.values().stream().map(j -> j.ref() + " of " + owner(j)).collect(Collectors.joining(", "));
        return new Problem(
                Problem.Kind.TIMED_OUT,
                "wait for the Jobs of suspended CronJobs",
                names,
                names.isEmpty()
                        ? "the server has not shown them within " + timeout.toSeconds() + " s"
                        : "still running after " + timeout.toSeconds() + " s",
                "Release when it has ended, raise timeout, or set cronJobs to leave");
    }

    /** @return whether it was still open */
    private boolean close() {
        List<Cancellable> ended;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            ended = List.copyOf(watches);
            timer.cancel();
        }
        ended.forEach(Cancellable::cancel);
        return true;
    }

    private final class Listener implements WatchListener {
        @Override
        public void changed(KubeObject job) {
            boolean runs = cronJobs.keySet().stream().anyMatch(uid -> Suspensions.isRunning(job, uid));
            mailbox.tell(() -> {
                if (runs) {
                    running.put(job.uid(), job);
                } else {
                    running.remove(job.uid());
                }
            });
        }

        @Override
        public void deleted(KubeObject job) {
            mailbox.tell(() -> running.remove(job.uid()));
        }

        @Override
        public void synced() {
            mailbox.tell(() -> missing--);
        }

        @Override
        public void disconnected() {
            mailbox.tell(() -> missing++);
        }

        @Override
        public void failed(RuntimeException reason) {
            mailbox.tell(() -> trouble = Optional.of(WaitTrouble.of(reason)));
        }
    }
}
