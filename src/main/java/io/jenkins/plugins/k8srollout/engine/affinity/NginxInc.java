package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * F5's NGINX Ingress Controller: one annotation holds a line for each Service of the Ingress.
 *
 * @see <a href="https://docs.nginx.com/nginx-ingress-controller/">its annotations</a>
 */
final class NginxInc implements AffinityDialect {
    @Override
    public String name() {
        return "nginx-inc";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("nginx.org/ingress-controller");
    }

    @Override
    public Place place() {
        return Place.INGRESS;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        KubeObject ingress = out.object();
        Set<String> services = IngressFacts.servicesOf(ingress);
        String attributes = attributes(cookie);
        out.annotation(
                "nginx.org/sticky-cookie-services",
                services.stream()
                        .map(s -> "serviceName=" + s + " " + attributes)
                        .collect(Collectors.joining(";")));
        out.loses(
                "NGINX version",
                "open-source NGINX knows sticky cookies since 1.29.6; NGINX Plus reads nginx.com/ instead of nginx.org/");
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.BALANCED),
                "NGINX never moves a sticky session while its pod lives; the mode is always persistent");
        out.refuses(
                "changeOnFailure",
                cookie.changeOnFailure().filter(c -> !c),
                "NGINX binds a client to another pod once its own cannot be reached");
        out.refuses("canary", cookie.canary(), "this controller knows no canary behaviour of cookies");
    }

    private static String attributes(CookieAffinity cookie) {
        StringBuilder text = new StringBuilder(cookie.nameOrDefault());
        if (cookie.maxAgeSeconds() > 0) {
            text.append(" expires=").append(cookie.maxAgeSeconds()).append('s');
        }
        cookie.domain().ifPresent(d -> text.append(" domain=").append(d));
        text.append(" httponly");
        cookie.sameSite()
                .ifPresent(s -> text.append(" samesite=").append(s.word().toLowerCase(Locale.ROOT)));
        if (cookie.secure().orElse(false)) {
            text.append(" secure");
        }
        return text.append(" path=").append(cookie.path().orElse("/")).toString();
    }
}
