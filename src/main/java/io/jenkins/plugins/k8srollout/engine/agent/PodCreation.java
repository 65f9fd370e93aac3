package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodFactory;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Optional;
import java.util.Set;

/**
 * What came of asking for a pod and its Secret: two requests. The pod goes first, because the Secret names it as its
 * owner; a node takes longer to come for the Secret than the second request does.
 *
 * @param pod as the server has it; empty if it was refused or no answer came
 * @param refusal why there is no pod, or none that could start
 */
record PodCreation(Optional<KubeObject> pod, Optional<AgentEnd> refusal) {
    // The server has answered, and said no.
    private static final Set<Problem.Kind> CERTAIN = Set.of(
            Problem.Kind.REFUSED_INPUT, Problem.Kind.NOT_PERMITTED, Problem.Kind.NOT_FOUND, Problem.Kind.REJECTED);

    static PodCreation attempt(ClusterPort port, AgentRequest request) {
        Optional<KubeObject> pod = Optional.empty();
        try {
            pod = Optional.of(create(port, request.pod()));
            port.create(AgentPodFactory.secret(pod.get(), request.secret()));
        } catch (ReleaseException e) {
            // A Secret of the pod that is there already is our own, from an attempt whose answer was lost.
            if (pod.isEmpty() || e.problem().kind() != Problem.Kind.CONFLICT) {
                return new PodCreation(pod, Optional.of(AgentEnd.refused(e.problem())));
            }
        }
        return new PodCreation(pod, Optional.empty());
    }

    /** Whether there may be a pod, such as one whose answer was lost. */
    boolean mayExist() {
        return pod.isPresent()
                || refusal.map(r -> r.problem().kind())
                        .filter(CERTAIN::contains)
                        .isEmpty();
    }

    private static KubeObject create(ClusterPort port, KubeObject pod) {
        try {
            return port.create(pod);
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.CONFLICT) {
                throw e;
            }
            // The name is random: only an attempt of ours whose answer was lost can have made it.
            return port.get(pod.ref())
                    .filter(p -> p.labels().equals(pod.labels()))
                    .orElseThrow(() -> e);
        }
    }
}
