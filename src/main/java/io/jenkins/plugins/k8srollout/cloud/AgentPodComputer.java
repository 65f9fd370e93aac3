package io.jenkins.plugins.k8srollout.cloud;

import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** An agent at work, with what has happened to its pod. */
public class AgentPodComputer extends AbstractCloudComputer<AgentPodNode> {
    private static final int MOST_EVENTS = 50;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private final Deque<String> events = new ArrayDeque<>();
    private volatile String state = "";
    private volatile long onlineSince;

    public AgentPodComputer(AgentPodNode node) {
        super(node);
    }

    /** The pod's state, for the agent's page. */
    public String getState() {
        return state;
    }

    /**
     * The last things that happened to the pod, oldest first, for the agent's page. With them come a container's last words,
     * so that they are for those who may see the agent's log or its configuration; others get none.
     */
    public List<String> getEvents() {
        if (!hasAnyPermission(CONNECT, EXTENDED_READ)) {
            return List.of();
        }
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    void connected() {
        onlineSince = System.currentTimeMillis();
    }

    /** Since when it has had nothing to do; Jenkins counts from when it was asked for, however long its pod has taken. */
    long idleSince() {
        return Math.max(getIdleStartMilliseconds(), onlineSince);
    }

    void changed(AgentPodStatus status, String line) {
        // What there is to add to an end are words of the container's.
        state = status.state().isOver() ? status.state().toString() : status.toString();
        remark(line);
        if (isOffline() && !isTemporarilyOffline()) {
            offlineCause = new AgentPodOfflineCause(state);
        }
    }

    void remark(String line) {
        synchronized (events) {
            events.add(TIME.format(Instant.now()) + " " + line);
            if (events.size() > MOST_EVENTS) {
                events.remove();
            }
        }
        getListener().getLogger().println(line);
    }

    void offline(OfflineCause cause) {
        offlineCause = cause;
    }

    // A restarted process would be another agent to builds; the pod is made by the cloud alone.
    @Override
    public boolean isManualLaunchAllowed() {
        return false;
    }
}
