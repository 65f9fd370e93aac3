package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import java.util.Optional;

/**
 * Alibaba Cloud's ALB Ingress. It shares its prefix with AWS, so only the IngressClass tells them apart.
 *
 * @see <a href="https://www.alibabacloud.com/help/en/ack/">its annotations</a>
 */
final class AlibabaAlb implements AffinityDialect {
    private static final String PREFIX = "alb.ingress.kubernetes.io/";
    private static final int LONGEST_SECONDS = 86_400;

    @Override
    public String name() {
        return "alibaba-alb";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("ingress.k8s.alibabacloud/alb");
    }

    @Override
    public Place place() {
        return Place.INGRESS;
    }

    @Override
    public boolean hasNamedCookie() {
        return false;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        out.annotation(PREFIX + "sticky-session", "true");
        out.annotation(PREFIX + "sticky-session-type", "Insert");
        if (cookie.maxAgeSeconds() > 0) {
            out.annotation(PREFIX + "cookie-timeout", cookie.maxAgeSeconds());
        } else {
            out.loses("maxAge", "ALB has no cookies that end with the browser: its own default timeout holds");
        }
        out.refuses(
                "maxAge",
                Optional.of(cookie.maxAgeSeconds()).filter(s -> s > LONGEST_SECONDS),
                "ALB's limit is 86400 seconds");
        String fixed = "ALB writes its own cookie, of which only the timeout can be chosen";
        out.refuses("cookie", cookie.name(), fixed);
        out.refuses("path", cookie.path().filter(p -> !p.equals("/")), fixed);
        out.refuses("domain", cookie.domain(), fixed);
        out.refuses("sameSite", cookie.sameSite(), fixed);
        out.refuses("secure", cookie.secure().filter(s -> s), fixed);
        out.refuses("changeOnFailure", cookie.changeOnFailure().filter(c -> !c), fixed);
        out.refuses("canary", cookie.canary(), fixed);
        out.refuses("mode", cookie.mode().filter(m -> m == Mode.BALANCED), "ALB never moves a session");
        out.warn("ALB binds clients to pods only where pods have addresses of their own in the VPC (ENI networking,"
                + " as with Terway); elsewhere it binds them to nodes");
        out.warn("The open-source edition of the ALB Ingress controller ignores these annotations");
    }
}
