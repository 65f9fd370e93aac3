package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What manifests are checked against.
 *
 * @param apis what the cluster serves, discovered or known for a version
 * @param namespace where objects without a namespace of their own go; empty text if unknown
 * @param images replacement images of the release by their keys; they are judged in place of those they replace
 * @param ingressClasses names of IngressClass objects that the cluster has; those of the folder are found by the check
 * @param serverDecides whether the server is asked afterwards, so that what depends on its settings need not be decided
 *     here
 * @param strategy how the release replaces pods
 */
public record CheckContext(
        ServedApis apis,
        String namespace,
        Map<String, ImageReference> images,
        Set<String> ingressClasses,
        boolean serverDecides,
        Strategy strategy) {
    public CheckContext {
        Objects.requireNonNull(apis, "apis");
        Objects.requireNonNull(namespace, "namespace");
        images = Map.copyOf(images);
        ingressClasses = Set.copyOf(ingressClasses);
        Objects.requireNonNull(strategy, "strategy");
    }

    /** For a release whose workloads replace their pods as they like. */
    public CheckContext(
            ServedApis apis,
            String namespace,
            Map<String, ImageReference> images,
            Set<String> ingressClasses,
            boolean serverDecides) {
        this(apis, namespace, images, ingressClasses, serverDecides, new Strategy.Rolling());
    }

    /** Without a server to ask. */
    public CheckContext(
            ServedApis apis, String namespace, Map<String, ImageReference> images, Set<String> ingressClasses) {
        this(apis, namespace, images, ingressClasses, false);
    }

    /** Without a cluster or a release. */
    public static CheckContext offline(ServedApis apis) {
        return new CheckContext(apis, "", Map.of(), Set.of());
    }
}
