package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Calls to listeners, kept in order and made one at a time on a worker, so that none is made under a lock. That there is
 * room is told once for any number of reasons. Thread-safe.
 */
final class Outbox {
    private static final Logger LOGGER = Logger.getLogger(Outbox.class.getName());

    private final Scheduler scheduler;
    private final Runnable room;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean roomWaiting;
    private boolean running;

    Outbox(Scheduler scheduler, Runnable room) {
        this.scheduler = scheduler;
        this.room = room;
    }

    synchronized void put(Runnable call) {
        waiting.add(call);
    }

    synchronized void room() {
        if (!roomWaiting) {
            roomWaiting = true;
            waiting.add(this::tellRoom);
        }
    }

    private void tellRoom() {
        synchronized (this) {
            roomWaiting = false;
        }
        room.run();
    }

    synchronized void flush() {
        if (!running && !waiting.isEmpty()) {
            running = true;
            scheduler.after(Duration.ZERO, this::drain);
        }
    }

    private void drain() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException e) {
                LOGGER.log(Level.WARNING, "a listener of agent pods failed; the agents go on", e);
            }
        }
    }

    private synchronized Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }
}
