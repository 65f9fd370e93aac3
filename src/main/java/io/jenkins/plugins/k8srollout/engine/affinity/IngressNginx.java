package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Canary;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.SameSite;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;

/**
 * The community's ingress-nginx.
 *
 * @see <a href="https://kubernetes.github.io/ingress-nginx/examples/affinity/cookie/">its annotations</a>
 */
final class IngressNginx implements AffinityDialect {
    static final String PREFIX = "nginx.ingress.kubernetes.io/";

    @Override
    public String name() {
        return "ingress-nginx";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("k8s.io/ingress-nginx");
    }

    @Override
    public Place place() {
        return Place.INGRESS;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        boolean regex = "true".equals(out.object().annotations().get(PREFIX + "use-regex"));
        if (regex && cookie.path().isEmpty()) {
            ObjectRef ingress = out.object().ref();
            throw ReleaseException.refused(
                    "set affinity",
                    ingress.toString(),
                    "its paths are regular expressions, from which ingress-nginx cannot make a cookie path",
                    "Set path, for example to '/'");
        }
        out.annotation(PREFIX + "affinity", "cookie");
        out.annotation(PREFIX + "affinity-mode", cookie.mode().map(Mode::word));
        out.annotation(PREFIX + "affinity-canary-behavior", cookie.canary().map(Canary::word));
        out.annotation(PREFIX + "session-cookie-name", cookie.nameOrDefault());
        if (cookie.maxAgeSeconds() > 0) {
            out.annotation(PREFIX + "session-cookie-max-age", cookie.maxAgeSeconds());
        }
        out.annotation(PREFIX + "session-cookie-path", cookie.path());
        out.annotation(PREFIX + "session-cookie-domain", cookie.domain());
        // The spelling counts: the controller's check for older browsers compares with "None" exactly.
        out.annotation(PREFIX + "session-cookie-samesite", cookie.sameSite().map(SameSite::word));
        out.annotation(PREFIX + "session-cookie-secure", cookie.secure());
        out.annotation(PREFIX + "session-cookie-change-on-failure", cookie.changeOnFailure());
        if (cookie.secure().isPresent() && !cookie.secure().get()) {
            out.loses(
                    "secure", "'false' means automatic to ingress-nginx: requests over TLS still get a secure cookie");
        }
        if (cookie.mode().orElse(Mode.BALANCED) == Mode.BALANCED) {
            out.warn(
                    "In balanced mode, scaling from c to n pods moves about (n - c) / n of the sessions to other pods");
        }
        out.warn("ingress-nginx was retired in March 2026 and gets no more fixes: plan the move to another controller");
        out.warn("Traefik's ingress-nginx provider and other heirs answer to the same IngressClass controller"
                + " k8s.io/ingress-nginx but know fewer options: if one of them serves here, set controller");
    }
}
