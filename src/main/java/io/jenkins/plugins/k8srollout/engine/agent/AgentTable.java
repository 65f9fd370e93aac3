package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The agents we know and the pods the cluster shows, counted together: a pod without an agent takes a place as well as
 * an agent without a pod. Not thread-safe: {@link AgentPods} guards it.
 */
final class AgentTable {
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Map<String, KubeObject> pods = new HashMap<>();

    Optional<Agent> agent(String name) {
        return Optional.ofNullable(agents.get(name));
    }

    Collection<Agent> agents() {
        return new ArrayList<>(agents.values());
    }

    Agent add(Agent agent) {
        agents.put(agent.name, agent);
        return agent;
    }

    void remove(Agent agent) {
        agents.remove(agent.name, agent);
    }

    Optional<KubeObject> pod(String name) {
        return Optional.ofNullable(pods.get(name));
    }

    void show(KubeObject pod) {
        pods.put(pod.name(), pod);
    }

    void hide(String name) {
        pods.remove(name);
    }

    /** Only these pods are left, and perhaps those of known agents. */
    void retain(Set<String> names) {
        pods.keySet().removeIf(name -> !names.contains(name) && !agents.containsKey(name));
    }

    /** How many more agents may be made within the limits. */
    int free(AgentLimits limits) {
        long ofCloud = count(a -> a.isOfCloud(limits), limits::isOfCloud);
        long ofTemplate = count(a -> a.isOfTemplate(limits), limits::isOfTemplate);
        return (int) Math.max(0, Math.min(limits.cloudCap() - ofCloud, limits.templateCap() - ofTemplate));
    }

    private long count(Predicate<AgentLimits> agent, Predicate<KubeObject> pod) {
        long known = agents.values().stream().filter(a -> agent.test(a.limits)).count();
        long unknown = unknownPods().stream().filter(pod).count();
        return known + unknown;
    }

    /** Pods that we see and know no agent of. */
    List<KubeObject> unknownPods() {
        return pods.values().stream().filter(p -> !agents.containsKey(p.name())).toList();
    }
}
