package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads from a cluster what a plan must know. What the credentials may not read, and a plan can do without, is absent. */
final class FactsOfCluster {
    private static final Set<String> OPTIONAL = Set.of("ConfigMap", "Secret");

    private FactsOfCluster() {}

    static ClusterFacts of(ClusterPort port) {
        ServedApis apis = port.apis();
        return new ClusterFacts(apis, () -> ingressClasses(port, apis), ref -> existing(port, ref), port::owned);
    }

    private static Optional<KubeObject> existing(ClusterPort port, ObjectRef ref) {
        return OPTIONAL.contains(ref.kind()) ? permitted(() -> port.get(ref), Optional.empty()) : port.get(ref);
    }

    private static Set<String> ingressClasses(ClusterPort port, ServedApis apis) {
        return apis.versionsOf("IngressClass").stream()
                .findFirst()
                .map(version ->
                        permitted(() -> port.list(Selection.of(version, "IngressClass", "")), List.<KubeObject>of()))
                .orElse(List.of())
                .stream()
                .map(KubeObject::name)
                .collect(Collectors.toSet());
    }

    private static <T> T permitted(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.NOT_PERMITTED) {
                return otherwise;
            }
            throw e;
        }
    }
}
