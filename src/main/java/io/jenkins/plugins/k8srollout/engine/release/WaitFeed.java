package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.util.ArrayList;
import java.util.List;

/** The watches of one wait: what they show goes through the mailbox into its {@link WaitState}. Thread-safe. */
final class WaitFeed {
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final WaitState state;
    private final Mailbox mailbox;

    // Guarded by this.
    private final List<Cancellable> watches = new ArrayList<>();
    private boolean closed;

    // Read and written only by what the mailbox runs, one at a time. The first that is missing is the opening itself.
    private int missing = 1;

    WaitFeed(ClusterPort port, Scheduler scheduler, WaitState state, Mailbox mailbox) {
        this.port = port;
        this.scheduler = scheduler;
        this.state = state;
        this.mailbox = mailbox;
    }

    /** Opens all watches that the targets need; blocks while the server answers. */
    void open(List<WaitRequest.Target> targets) {
        try {
            for (Selection selection : WatchPlan.of(targets, port.apis())) {
                open(selection);
            }
            for (WaitRequest.Target target : targets) {
                if (HealthRules.isHealthyByExisting(target.ref())) {
                    port.get(target.ref()).ifPresent(o -> mailbox.put(() -> state.take(o, scheduler.now(), false)));
                }
            }
            mailbox.tell(() -> missing--);
        } catch (Throwable e) { // an Error, too, must not leave the wait without an end
            mailbox.tell(() -> state.failure().trouble(WaitTrouble.of(e)));
        }
    }

    private void open(Selection selection) {
        synchronized (this) {
            if (closed) {
                return;
            }
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
            mailbox.tell(() -> state.drop(object));
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
