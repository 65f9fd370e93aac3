package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The watches of one wait: what they show goes through the mailbox into its {@link WaitState}. Thread-safe. */
final class WaitFeed {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ClusterPort port;
    private final Scheduler scheduler;
    private final WaitState state;
    private final Mailbox mailbox;
    private final boolean patient;

    // Guarded by this.
    private final List<Cancellable> watches = new ArrayList<>();
    private boolean closed;

    // Read and written only by what the mailbox runs, one at a time. The first that is missing is the opening itself.
    private int missing = 1;

    /**
     * @param patient whether a server that cannot be reached is waited for: it was reached before, so its address is
     *     right
     */
    WaitFeed(ClusterPort port, Scheduler scheduler, WaitState state, Mailbox mailbox, boolean patient) {
        this.port = port;
        this.scheduler = scheduler;
        this.state = state;
        this.mailbox = mailbox;
        this.patient = patient;
    }

    /** Opens all watches that the targets need; blocks while the server answers. */
    void open(List<WaitRequest.Target> targets) {
        try {
            if (isClosed()) {
                return;
            }
            List<Selection> plan = WatchPlan.of(targets, port.apis());
            for (WaitRequest.Target target : targets) {
                if (HealthRules.isHealthyByExisting(target.ref())) {
                    port.get(target.ref()).ifPresent(o -> mailbox.put(() -> state.take(o, scheduler.now(), false)));
                }
            }
            plan.forEach(this::open);
            mailbox.tell(() -> missing--);
        } catch (Throwable e) { // an Error, too, must not leave the wait without an end
            Problem problem = WaitTrouble.of(e);
            if (patient && problem.kind() == Problem.Kind.UNREACHABLE) {
                mailbox.tell(() -> state.narrator().retrying(problem.attempted(), problem.reason(), INTERVAL));
                scheduler.after(INTERVAL, () -> scheduler.offload(() -> open(targets)));
            } else {
                mailbox.tell(() -> state.failure().trouble(problem));
            }
        }
    }

    private void open(Selection selection) {
        if (isClosed()) {
            return;
        }
        mailbox.put(() -> missing++);
        Cancellable watch = port.watch(selection, new Listener());
        synchronized (this) {
            if (!closed) {
                watches.add(watch);
                return;
            }
        }
        watch.cancel();
    }

    /** Whether every watch has told all that exists and is connected. To be asked by the mailbox's reader only. */
    boolean isComplete() {
        return missing <= 0;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends all watches, those too that are being opened. */
    void close() {
        List<Cancellable> ended;
        synchronized (this) {
            closed = true;
            ended = List.copyOf(watches);
            watches.clear();
        }
        ended.forEach(Cancellable::cancel);
    }

    private final class Listener implements WatchListener {
        // Called one at a time, but perhaps on one thread after another.
        private volatile boolean live;

        @Override
        public void changed(KubeObject object) {
            boolean news = live;
            mailbox.tell(() -> state.take(object, scheduler.now(), news));
        }

        @Override
        public void deleted(KubeObject object) {
            mailbox.tell(() -> state.drop(object, scheduler.now()));
        }

        @Override
        public void synced() {
            live = true;
            mailbox.tell(() -> missing--);
        }

        @Override
        public void disconnected() {
            // Nothing is healthy, and no time of stability over, by what cannot be seen.
            mailbox.tell(() -> missing++);
        }

        @Override
        public void failed(RuntimeException reason) {
            mailbox.tell(() -> state.failure().trouble(WaitTrouble.of(reason)));
        }
    }
}
