package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodState;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.LogExcerpt;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.health.Diagnosis;
import io.jenkins.plugins.k8srollout.engine.health.PodDiagnosis;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/**
 * What follows from all that is known of an agent at a moment. A pure function of its arguments.
 *
 * @param status how far it is
 * @param waiting what holds its start up; empty if nothing does
 * @param ending that it is over, and why; empty while it is not
 * @param lookAgain when time alone may change the verdict; empty if it cannot
 */
record AgentVerdict(
        AgentPodStatus status, Optional<Health.Cause> waiting, Optional<Ending> ending, Optional<Instant> lookAgain) {

    /**
     * @param container whose last log lines belong to the explanation; empty text if no log does
     * @param words makes the explanation from them
     */
    record Ending(String container, Function<Optional<LogExcerpt>, AgentEnd> words) {}

    /** The present by two clocks. */
    interface Times {
        Instant here();

        Instant cluster();

        /** Our time when it is {@code there} in the cluster. */
        Instant local(Instant there);
    }

    static AgentVerdict of(
            Agent agent, Optional<KubeObject> pod, Collection<KubeObject> events, AgentSettings settings, Times times) {
        AgentPodStatus status = AgentPodStatus.of(pod, agent.facts());
        ObjectRef ref = AgentPodFactory.ref(settings.namespace(), agent.name);
        Optional<Diagnosis> found = pod.filter(p -> !agent.connected)
                .flatMap(p -> PodDiagnosis.diagnose(p, events, settings.policy(), times.cluster()));
        return switch (status.state()) {
            case FAILED -> over(status, failed(agent, ref, status, found));
            case TERMINATING -> {
                AgentEnd deleted =
                        AgentEnd.deleted(ref, pod.map(AgentVerdict::why).orElse(""), agent.wasConnected);
                yield over(status, new Ending("", log -> deleted));
            }
            case ONLINE, IDLE -> new AgentVerdict(status, Optional.empty(), Optional.empty(), Optional.empty());
            default -> starting(agent, ref, status, found, settings, times);
        };
    }

    private static AgentVerdict over(AgentPodStatus status, Ending ending) {
        return new AgentVerdict(status, Optional.empty(), Optional.of(ending), Optional.empty());
    }

    private static Ending failed(Agent agent, ObjectRef ref, AgentPodStatus status, Optional<Diagnosis> found) {
        if (found.isPresent() && !agent.wasConnected) {
            return explained(found.get().cause());
        }
        return new Ending(
                AgentPodFactory.AGENT_CONTAINER, log -> AgentEnd.exit(ref, status.detail(), agent.wasConnected, log));
    }

    private static Ending explained(Health.Cause cause) {
        return new Ending(cause.container(), log -> AgentEnd.cause(cause, log));
    }

    private static AgentVerdict starting(
            Agent agent,
            ObjectRef ref,
            AgentPodStatus status,
            Optional<Diagnosis> found,
            AgentSettings settings,
            Times times) {
        Instant now = times.here();
        boolean connecting = status.state() == AgentPodState.CONNECTING;
        if (connecting && agent.running.isEmpty()) {
            agent.running = Optional.of(now);
        }
        Instant limit = connecting
                ? agent.running.orElse(now).plus(settings.connecting())
                : agent.since.plus(settings.starting());
        if (found.isPresent() && found.get().decisive()) {
            return over(status, explained(found.get().cause()));
        }
        if (!now.isBefore(limit)) {
            return over(status, connecting ? silent(agent, ref, settings) : late(ref, status, settings));
        }
        Instant decisive =
                found.flatMap(Diagnosis::decisiveAt).map(times::local).orElse(limit);
        Instant next = decisive.isBefore(limit) ? decisive : limit;
        Instant slow = agent.slowFrom();
        // While a container runs unready or the like there is nothing to remark on; the agent may connect all the same.
        Optional<Health.Cause> waiting = found.map(Diagnosis::cause).filter(c -> !connecting);
        return new AgentVerdict(
                status, waiting, Optional.empty(), Optional.of(slow.isAfter(now) && slow.isBefore(next) ? slow : next));
    }

    private static Ending silent(Agent agent, ObjectRef ref, AgentSettings settings) {
        String patience = ProgressText.took(settings.connecting());
        return new Ending(
                AgentPodFactory.AGENT_CONTAINER, log -> AgentEnd.silent(ref, patience, agent.wasConnected, log));
    }

    private static Ending late(ObjectRef ref, AgentPodStatus status, AgentSettings settings) {
        AgentEnd end = AgentEnd.late(ref, status.toString(), ProgressText.took(settings.starting()));
        return new Ending("", log -> end);
    }

    // A drained node, an eviction and a preemption say so: conditions of type DisruptionTarget.
    static String why(KubeObject pod) {
        return pod.children("status", "conditions").stream()
                .filter(c -> c.text("type").orElse("").equals("DisruptionTarget"))
                .map(c -> c.text("message").or(() -> c.text("reason")).orElse(""))
                .findFirst()
                .orElse("");
    }
}
