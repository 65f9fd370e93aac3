package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import java.time.Duration;

/**
 * What an {@link AgentPods} is set to.
 *
 * @param controller stable identity of the controller, fit to be a label's value and part of a name
 * @param process differs between any two processes
 * @param namespace where the pods are
 * @param policy how long a pod may have which trouble
 * @param connecting how long a running agent may take to connect
 * @param starting how long all of the start may take when nothing says why
 */
public record AgentSettings(
        String controller,
        String process,
        String namespace,
        HealthPolicy policy,
        Duration connecting,
        Duration starting) {
    /**
     * The patience that fits agents: a full cluster is a reason to wait, not to fail, because agents come and go;
     * what is certain is certain at once.
     */
    public static AgentSettings of(String controller, String process, String namespace) {
        return new AgentSettings(
                controller,
                process,
                namespace,
                HealthPolicy.DEFAULT.withScheduling(Duration.ofMinutes(15)),
                Duration.ofMinutes(3),
                Duration.ofMinutes(30));
    }
}
