package io.jenkins.plugins.k8srollout.cloud;

import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * How many builds an agent has had and may have, and how long it may have none. Kept with the agent, so that builds of
 * before a restart or a crash count, also those that it has cut short. Thread-safe.
 */
final class AgentUse implements Serializable {
    private static final long serialVersionUID = 1L;

    // As long as Pipelines wait for their agents after a restart.
    private static final long RETURN_MILLIS = TimeUnit.MINUTES.toMillis(5);
    // What Jenkins may take to give a new agent its build.
    private static final long SETTLING_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final int buildsPerPod;
    private final int idleMinutes;

    // All below is guarded by this.
    private int buildsBegun;
    private boolean lastEndsWithJenkins;
    /** Whether this process has made the agent. */
    private transient boolean made;
    /** Whether a build has begun, or gone on, on it in this process. */
    private transient boolean used;

    AgentUse(int buildsPerPod, int idleMinutes) {
        this.buildsPerPod = buildsPerPod;
        this.idleMinutes = idleMinutes;
        this.made = true;
    }

    /** @param endsWithJenkins whether it cannot go on after a restart */
    synchronized void begin(boolean endsWithJenkins) {
        buildsBegun++;
        lastEndsWithJenkins = endsWithJenkins;
        used = true;
    }

    /** A build of before a restart goes on. */
    synchronized void goOn() {
        used = true;
    }

    /** Whether all its builds have begun; it may still serve one that goes on after a restart. */
    synchronized boolean isUp() {
        return buildsBegun >= buildsPerPod;
    }

    /**
     * Whether a build of before a restart may come back to it: Jenkins starts such builds again on their agents, and gives
     * up after five minutes.
     */
    synchronized boolean mayBeAwaited() {
        return !made && !used && !lastEndsWithJenkins;
    }

    /** How long it may have nothing to do before it goes, in milliseconds. */
    synchronized long patienceMillis() {
        long least = used ? 0 : mayBeAwaited() ? RETURN_MILLIS : SETTLING_MILLIS;
        return Math.max(least, TimeUnit.MINUTES.toMillis(idleMinutes));
    }
}
