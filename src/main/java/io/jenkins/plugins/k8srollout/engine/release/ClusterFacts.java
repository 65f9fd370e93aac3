package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a plan must know of the cluster.
 *
 * @param apis what it serves
 * @param ingressClasses asks for the names of its IngressClass objects
 * @param existing looks up an object
 * @param owned looks up the fields of an object that our field manager owns
 */
public record ClusterFacts(
        ServedApis apis,
        Supplier<Set<String>> ingressClasses,
        Function<ObjectRef, Optional<KubeObject>> existing,
        Function<ObjectRef, Optional<KubeObject>> owned) {
    public ClusterFacts {
        Objects.requireNonNull(apis, "apis");
        Objects.requireNonNull(existing, "existing");
        Objects.requireNonNull(owned, "owned");
        Objects.requireNonNull(ingressClasses, "ingressClasses");
    }
}
