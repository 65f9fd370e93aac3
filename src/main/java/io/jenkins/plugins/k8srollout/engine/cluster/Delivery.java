package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One listener's mailbox: its calls come one at a time and in order, on the scheduler's threads, with no lock held. A
 * slow listener keeps only itself waiting.
 */
final class Delivery {
    private static final Logger LOGGER = Logger.getLogger(Delivery.class.getName());

    private final WatchListener listener;
    private final Scheduler scheduler;
    private final Deque<Consumer<WatchListener>> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean ended;

    Delivery(WatchListener listener, Scheduler scheduler) {
        this.listener = listener;
        this.scheduler = scheduler;
    }

    synchronized void put(Consumer<WatchListener> call) {
        if (ended) {
            return;
        }
        waiting.add(call);
        if (!running) {
            running = true;
            scheduler.after(Duration.ZERO, this::drain);
        }
    }

    /** The last call; nothing follows. */
    synchronized void putLast(Consumer<WatchListener> call) {
        put(call);
        ended = true;
    }

    /** Nothing more is delivered, not even what waits. */
    synchronized void end() {
        ended = true;
        waiting.clear();
    }

    private void drain() {
        for (Consumer<WatchListener> next = next(); next != null; next = next()) {
            try {
                next.accept(listener);
            } catch (RuntimeException e) {
                LOGGER.log(Level.WARNING, "a watch's listener failed; the watch goes on", e);
            }
        }
    }

    private synchronized Consumer<WatchListener> next() {
        Consumer<WatchListener> next = waiting.poll();
        running = next != null;
        return next;
    }
}
