package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads an Ingress of {@code networking.k8s.io/v1} or of the versions before it. */
public final class IngressFacts {
    private IngressFacts() {}

    /** The names of all Services it routes to, sorted. */
    public static Set<String> servicesOf(KubeObject ingress) {
        Set<String> names = new TreeSet<>();
        addService(names, ingress.child("spec", "defaultBackend"));
        addService(names, ingress.child("spec", "backend"));
        for (KubeObject rule : ingress.children("spec", "rules")) {
            for (KubeObject path : rule.children("http", "paths")) {
                addService(names, path.child("backend"));
            }
        }
        return names;
    }

    private static void addService(Set<String> names, KubeObject backend) {
        backend.text("service", "name").or(() -> backend.text("serviceName")).ifPresent(names::add);
    }

    /** The class it names itself, in the field or in the annotation that came before it. */
    static Optional<String> classOf(KubeObject ingress) {
        return ingress.text("spec", "ingressClassName")
                .or(() -> Optional.ofNullable(ingress.annotations().get("kubernetes.io/ingress.class")));
    }
}
