package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.time.Instant;

/**
 * The engine's only source of time. Tests inject one they turn by hand; nothing in the engine sleeps.
 */
public interface Scheduler {
    Instant now();

    /**
     * Runs {@code task} once after {@code delay}, on a worker of the scheduler's. The task must not wait for anything: the
     * workers are few. What does belongs into {@link #offload}.
     *
     * @return ends the wait; does nothing once the task has begun
     */
    Cancellable after(Duration delay, Runnable task);

    /**
     * Runs {@code task} soon, where it may make calls that take long without making the tasks of {@link #after} late.
     *
     * @return ends the wait; does nothing once the task has begun
     */
    default Cancellable offload(Runnable task) {
        return after(Duration.ZERO, task);
    }

    /** Something that can be ended; ending it twice is harmless. */
    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
