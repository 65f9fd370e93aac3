package io.jenkins.plugins.k8srollout.engine.agentpod;

import java.util.Locale;

/** How far an agent's pod is, in the order of a life that goes well; the last ends one that does not. */
public enum AgentPodState {
    /** Asked of the cluster, no node has been found yet. */
    REQUESTED,
    /** A node has it and has not reported on it yet. */
    SCHEDULED,
    /** The node prepares it: volumes, images, containers. */
    PULLING,
    /** The agent's container runs, the agent has not connected yet, or not again. */
    CONNECTING,
    /** Connected and at work. */
    ONLINE,
    /** Connected and free. */
    IDLE,
    /** Being removed. */
    TERMINATING,
    /** Has ended, or cannot start. */
    FAILED;

    /** Whether builds can run on it. */
    public boolean isConnected() {
        return this == ONLINE || this == IDLE;
    }

    /** Whether it is on its way to be connected. */
    public boolean isStarting() {
        return compareTo(ONLINE) < 0;
    }

    /** Whether it will not be of use any more. */
    public boolean isOver() {
        return this == TERMINATING || this == FAILED;
    }

    /** As people read it: {@code Requested}. */
    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
