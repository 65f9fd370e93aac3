package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Canary;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.SameSite;

/**
 * Traefik reading ingress-nginx's annotations. Its IngressClass says {@code k8s.io/ingress-nginx} too, so it is never
 * recognised but always named by the user.
 *
 * @see <a href="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress-nginx/">what it
 *     understands</a>
 */
final class TraefikIngressNginx implements AffinityDialect {
    @Override
    public String name() {
        return "traefik-ingress-nginx";
    }

    @Override
    public boolean answersTo(String controller) {
        return false;
    }

    @Override
    public Place place() {
        return Place.INGRESS;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        out.annotation(IngressNginx.PREFIX + "affinity", "cookie");
        out.annotation(IngressNginx.PREFIX + "session-cookie-name", cookie.nameOrDefault());
        if (cookie.maxAgeSeconds() > 0) {
            out.annotation(IngressNginx.PREFIX + "session-cookie-max-age", cookie.maxAgeSeconds());
        }
        out.annotation(IngressNginx.PREFIX + "session-cookie-path", cookie.path());
        out.annotation(IngressNginx.PREFIX + "session-cookie-domain", cookie.domain());
        out.annotation(
                IngressNginx.PREFIX + "session-cookie-samesite",
                cookie.sameSite().map(SameSite::word));
        out.annotation(IngressNginx.PREFIX + "session-cookie-secure", cookie.secure());
        if (cookie.path().isEmpty()) {
            out.loses("path", "it defaults to '/' here, not to the path that matched as with ingress-nginx");
        }
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.BALANCED),
                "Traefik never moves a session while its pod lives; the mode is always persistent");
        out.refuses(
                "changeOnFailure",
                cookie.changeOnFailure().filter(c -> c),
                "Traefik does not read session-cookie-change-on-failure");
        out.refuses(
                "canary", cookie.canary().filter(c -> c == Canary.LEGACY), "with Traefik, canaries are always sticky");
    }
}
