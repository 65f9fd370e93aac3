package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.time.Instant;

/**
 * The engine's only source of time. Tests inject one they turn by hand; nothing in the engine sleeps.
 */
public interface Scheduler {
    Instant now();

    /**
     * Runs {@code task} once after {@code delay}, on a worker of the scheduler's. The task may make one call whose time
     * is bounded, and must not wait for anything else: the workers are few.
     *
     * @return ends the wait; does nothing once the task has begun
     */
    Cancellable after(Duration delay, Runnable task);

    /** Something that can be ended; ending it twice is harmless. */
    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
