package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Map;
import java.util.Optional;

/**
 * A session cookie can only keep a user on one pod where the balancer that sets it chooses pods. Where it chooses nodes
 * or the Service's address, kube-proxy chooses the pod anew for every connection.
 */
final class CookieAffinityRule implements Rule.OfItem {
    private static final String NGINX = "nginx.ingress.kubernetes.io/";
    private static final String ALB = "alb.ingress.kubernetes.io/";
    private static final String TRAEFIK = "traefik.ingress.kubernetes.io/service.";
    private static final String SLB = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";

    @Override
    public void check(Item item, Folder folder, Report report) {
        Map<String, String> annotations = item.object().annotations();
        if (item.is("networking.k8s.io", "Ingress")) {
            ingress(annotations).ifPresent(key -> report(item, key, report));
        } else if (item.isCore("Service")) {
            service(item.object(), annotations).ifPresent(key -> report(item, key, report));
        }
    }

    /** @return the annotation that defeats the cookie */
    private static Optional<String> ingress(Map<String, String> annotations) {
        boolean nginxCookie = "cookie".equals(annotations.get(NGINX + "affinity"));
        if (nginxCookie && "true".equals(annotations.get(NGINX + "service-upstream"))) {
            return Optional.of(NGINX + "service-upstream");
        }
        boolean awsCookie =
                annotations.getOrDefault(ALB + "target-group-attributes", "").contains("stickiness.enabled=true");
        // The AWS controller registers nodes unless it is told to register pods.
        if (awsCookie && !"ip".equals(annotations.get(ALB + "target-type"))) {
            return Optional.of(ALB + "target-group-attributes");
        }
        return Optional.empty();
    }

    private static Optional<String> service(KubeObject service, Map<String, String> annotations) {
        boolean traefikCookie = "true".equals(annotations.get(TRAEFIK + "sticky.cookie"));
        if (traefikCookie && "true".equals(annotations.get(TRAEFIK + "nativelb"))) {
            return Optional.of(TRAEFIK + "nativelb");
        }
        boolean slbCookie = "on".equals(annotations.get(SLB + "sticky-session"));
        boolean local = service.text("spec", "externalTrafficPolicy")
                .filter("Local"::equals)
                .isPresent();
        return slbCookie && !local ? Optional.of(SLB + "sticky-session") : Optional.empty();
    }

    private static void report(Item item, String key, Report report) {
        report.warning(
                item,
                "cookie-affinity",
                "the session cookie cannot keep users on one pod: the balancer does not choose pods here",
                fix(key),
                "metadata",
                "annotations",
                key);
    }

    private static String fix(String key) {
        if (key.startsWith(ALB)) {
            return "Set " + ALB + "target-type: ip";
        }
        return key.startsWith(SLB)
                ? "Set externalTrafficPolicy: Local with one pod per node, or use an Ingress controller for the cookie"
                : "Remove the annotation " + key;
    }
}
