package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import java.util.Optional;

/**
 * HAProxy Technologies' controller, which reads cookie persistence from the Service only.
 *
 * @see <a href="https://www.haproxy.com/documentation/kubernetes-ingress/">its annotations</a>
 */
final class HaproxyTechnologies implements AffinityDialect {
    @Override
    public String name() {
        return "haproxy-technologies";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("haproxy.org/ingress-controller")
                || controller.startsWith("haproxy.org/ingress-controller/");
    }

    @Override
    public Place place() {
        return Place.SERVICE;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        out.annotation("haproxy.org/cookie-persistence", cookie.nameOrDefault());
        String only = "this controller lets only the cookie's name be chosen";
        out.refuses("path", cookie.path().filter(p -> !p.equals("/")), only);
        out.refuses("domain", cookie.domain(), only);
        out.refuses("sameSite", cookie.sameSite(), only);
        out.refuses("secure", cookie.secure().filter(s -> s), only);
        out.refuses("maxAge", Optional.of(cookie.maxAgeSeconds()).filter(a -> a > 0), only);
        out.refuses("changeOnFailure", cookie.changeOnFailure().filter(c -> !c), only);
        out.refuses("canary", cookie.canary(), only);
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.BALANCED),
                "HAProxy never moves a session while its pod lives; the mode is always persistent");
    }
}
