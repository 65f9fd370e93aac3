package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import java.util.Locale;

/**
 * Traefik's Kubernetes Ingress provider, which reads its settings from the Service.
 *
 * @see <a href="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/">its annotations</a>
 */
final class Traefik implements AffinityDialect {
    private static final String PREFIX = "traefik.ingress.kubernetes.io/service.sticky.cookie";

    @Override
    public String name() {
        return "traefik";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("traefik.io/ingress-controller");
    }

    @Override
    public Place place() {
        return Place.SERVICE;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        out.annotation(PREFIX, "true");
        out.annotation(PREFIX + ".name", cookie.nameOrDefault());
        out.annotation(PREFIX + ".httponly", "true");
        if (cookie.maxAgeSeconds() > 0) {
            out.annotation(PREFIX + ".maxage", cookie.maxAgeSeconds());
        }
        out.annotation(PREFIX + ".path", cookie.path());
        out.annotation(PREFIX + ".domain", cookie.domain());
        out.annotation(PREFIX + ".samesite", cookie.sameSite().map(s -> s.word().toLowerCase(Locale.ROOT)));
        out.annotation(PREFIX + ".secure", cookie.secure());
        if (cookie.path().isPresent() || cookie.domain().isPresent()) {
            out.loses("path, domain", "Traefik before 3.3 ignores them: there the cookie holds for the whole host");
        }
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.BALANCED),
                "Traefik never moves a session while its pod lives; the mode is always persistent");
        out.refuses(
                "changeOnFailure",
                cookie.changeOnFailure().filter(c -> c),
                "Traefik moves a client only once its pod has left the Service's endpoints");
        out.refuses("canary", cookie.canary(), "Traefik's Ingress provider knows no canary");
        if (cookie.mode().isEmpty()) {
            out.loses("mode", "added pods get new clients only: Traefik never moves a session while its pod lives");
        }
    }
}
