package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;

/**
 * What the cluster holds that a plan depends on.
 *
 * @param ingresses every Ingress of the namespace
 * @param services the target Service, or those that the target Ingress routes to
 * @param classes every IngressClass; empty where the controller was named or the cluster has none
 */
public record AffinityFacts(List<KubeObject> ingresses, List<KubeObject> services, List<KubeObject> classes) {
    public AffinityFacts {
        ingresses = List.copyOf(ingresses);
        services = List.copyOf(services);
        classes = List.copyOf(classes);
    }
}
