package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/**
 * Ingress: a controller has published its address. Without one nothing can be known: not every controller publishes
 * (Traefik only if told to), and an Ingress no controller has taken looks the same.
 */
final class IngressRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        for (KubeObject address : object.children("status", "loadBalancer", "ingress")) {
            String where = address.text("hostname").or(() -> address.text("ip")).orElse("");
            if (!where.isEmpty()) {
                return KindRule.healthy("admitted at " + where);
            }
        }
        return Health.of(Health.State.UNKNOWN, "no controller has published an address for it");
    }
}
