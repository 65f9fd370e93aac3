package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Optional;

/** The table of all controllers that affinity can be written for. */
public final class AffinityDialects {
    private static final List<AffinityDialect> TABLE = List.of(
            new IngressNginx(),
            new Traefik(),
            new TraefikIngressNginx(),
            new HaproxyIngress(),
            new HaproxyTechnologies(),
            new NginxInc(),
            new AwsAlb(),
            new AlibabaAlb(),
            new Higress(),
            new ServiceClientIp());

    private AffinityDialects() {}

    /** The names that {@code controller} may have, in the order of the table. */
    public static List<String> names() {
        return TABLE.stream().map(AffinityDialect::name).toList();
    }

    /** @throws ReleaseException (refused input) if there is none of that name */
    static AffinityDialect named(String name) {
        return TABLE.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        "read controller",
                        name,
                        "no controller of that name is known",
                        "Leave it out to find the controller from the IngressClass",
                        names().toArray(String[]::new)));
    }

    /** By {@code IngressClass.spec.controller}. */
    static Optional<AffinityDialect> answeringTo(String controller) {
        return TABLE.stream().filter(d -> d.answersTo(controller)).findFirst();
    }
}
