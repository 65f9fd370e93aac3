package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Optional;

/** Finds the dialect that an Ingress' controller speaks. Never guesses from a class' name: anybody may name a class. */
final class ControllerChoice {
    private static final String DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

    private ControllerChoice() {}

    /** @throws ReleaseException (refused input) saying what was found and what can be named instead */
    static AffinityDialect of(KubeObject ingress, List<KubeObject> classes) {
        Optional<String> named = IngressFacts.classOf(ingress);
        KubeObject ingressClass = named.isPresent()
                ? classes.stream()
                        .filter(c -> c.name().equals(named.get()))
                        .findFirst()
                        .orElseThrow(() -> unknown(
                                ingress, "its class is '" + named.get() + "', but there is no such IngressClass"))
                : defaultClass(ingress, classes);
        String controller = ingressClass.text("spec", "controller").orElse("");
        return AffinityDialects.answeringTo(controller)
                .orElseThrow(() -> unknown(
                        ingress,
                        "its IngressClass " + ingressClass.name() + " belongs to the controller '" + controller
                                + "', which is not known"));
    }

    private static KubeObject defaultClass(KubeObject ingress, List<KubeObject> classes) {
        List<KubeObject> defaults = classes.stream()
                .filter(c -> "true".equals(c.annotations().get(DEFAULT_CLASS)))
                .toList();
        if (defaults.size() != 1) {
            throw unknown(
                    ingress,
                    defaults.isEmpty()
                            ? "it names no IngressClass and the cluster has no default one"
                            : "it names no IngressClass and the cluster has more than one default");
        }
        return defaults.get(0);
    }

    private static ReleaseException unknown(KubeObject ingress, String reason) {
        return ReleaseException.refused(
                "find the controller of",
                ingress.ref().toString(),
                reason,
                "Set controller (--controller)",
                AffinityDialects.names().toArray(String[]::new));
    }
}
