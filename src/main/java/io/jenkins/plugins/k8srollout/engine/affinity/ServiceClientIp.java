package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;

/**
 * A Service's own affinity by client address, done by kube-proxy.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity">session affinity</a>
 */
final class ServiceClientIp implements AffinityDialect {
    @Override
    public String name() {
        return "service-client-ip";
    }

    @Override
    public boolean answersTo(String controller) {
        return false;
    }

    @Override
    public Place place() {
        return Place.SERVICE;
    }

    @Override
    public boolean hasNamedCookie() {
        return false;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        KubeObject service = out.object();
        int seconds = request.clientIpSeconds()
                .orElseThrow(() -> CookieAffinity.refused(
                        "controller",
                        name(),
                        "it binds clients by their address",
                        "Set clientIP (--client-ip) to the seconds"));
        out.field("ClientIP", "spec", "sessionAffinity");
        out.field(Map.of("clientIP", Map.of("timeoutSeconds", seconds)), "spec", "sessionAffinityConfig");
        boolean fromOutside =
                service.text("spec", "type").filter(t -> !t.equals("ClusterIP")).isPresent();
        boolean local = service.text("spec", "externalTrafficPolicy")
                .filter("Local"::equals)
                .isPresent();
        if (fromOutside && !local) {
            out.warn("externalTrafficPolicy is not Local, so nodes hide the clients' addresses from each other:"
                    + " all clients that enter by one node may end on one pod");
        }
        out.warn("Clients behind one proxy or address translation share an address and so a pod");
    }
}
