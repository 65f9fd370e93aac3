package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodState;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Instant;
import java.util.Optional;

/** What is known of one agent. Not thread-safe: {@link AgentPods} guards it. */
final class Agent {
    final String name;
    final AgentLimits limits;
    final Instant since;
    Optional<AgentListener> listener = Optional.empty();
    AgentPodStatus status = AgentPodStatus.of(AgentPodState.REQUESTED);

    /** Whether the pod was asked of the cluster, or may have been. */
    boolean asked;
    /** Whether that request is on its way. */
    boolean creating;
    /** Whether an earlier process has made it, and it has not come to this one yet: it may belong to a copy of ours. */
    boolean adopted;
    /** Whether the watch has told that the pod is gone. */
    boolean gone;
    /** Whether the last complete list was without its pod. */
    boolean unlisted;
    /** Whether the cluster is being asked for the pod itself. */
    boolean asking;

    boolean connected;
    boolean busy;
    /** Whether it was ever connected, as far as this process knows. */
    boolean wasConnected;
    /** Whether its removal was asked for, by us. */
    boolean ending;
    /** Whether its end was told or is being found out. */
    boolean over;

    Optional<Instant> running = Optional.empty();
    String toldCause = "";
    Cancellable timer = () -> {};

    Agent(String name, AgentLimits limits, Instant since, boolean adopted) {
        this.name = name;
        this.limits = limits;
        this.since = since;
        this.adopted = adopted;
    }

    /** From when on its start counts as slow, so that events are worth a look. */
    Instant slowFrom() {
        return since.plus(EventFeed.CLOSER);
    }

    boolean isSlow(Instant now) {
        return !toldCause.isEmpty() || !now.isBefore(slowFrom());
    }

    AgentPodStatus.Facts facts() {
        return new AgentPodStatus.Facts(connected, busy, ending);
    }
}
