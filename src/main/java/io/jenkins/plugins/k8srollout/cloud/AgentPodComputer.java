package io.jenkins.plugins.k8srollout.cloud;

import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.OfflineCause;
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

    public AgentPodComputer(AgentPodNode node) {
        super(node);
    }

    /** The pod's state, for the agent's page. */
    public String getState() {
        return state;
    }

    /** The last things that happened to the pod, oldest first, for the agent's page. */
    public List<String> getEvents() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    void changed(String newState, String line) {
        state = newState;
        remark(line);
        if (isOffline() && !isTemporarilyOffline()) {
            offlineCause = new AgentPodOfflineCause(newState);
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
