package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** Service: has the address it asks for. Whether pods stand behind it, {@link ServiceHealth} tells. */
final class ServiceRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        String type = object.text("spec", "type").orElse("ClusterIP");
        if (type.equals("LoadBalancer")
                && object.items("status", "loadBalancer", "ingress").isEmpty()) {
            return KindRule.progressing("no load balancer has given it an address yet");
        }
        return KindRule.healthy(type);
    }
}
