package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Canary;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;

/**
 * Higress and Alibaba Cloud's MSE gateway: a part of ingress-nginx's annotations over a consistent hash.
 *
 * @see <a href="https://higress.io/en-us/docs/user/annotation/">its annotations</a>
 */
final class Higress implements AffinityDialect {
    @Override
    public String name() {
        return "higress";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("higress.io/higress-controller");
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
        out.annotation(IngressNginx.PREFIX + "session-cookie-path", cookie.path());
        if (cookie.maxAgeSeconds() > 0) {
            out.annotation(IngressNginx.PREFIX + "session-cookie-max-age", cookie.maxAgeSeconds());
        }
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.PERSISTENT),
                "Higress hashes the cookie over the pods: added and removed pods move sessions");
        out.refuses("canary", cookie.canary().filter(c -> c == Canary.STICKY), "Higress' canaries are never sticky");
        String known = "Higress reads only the cookie's name, path and age";
        out.refuses("domain", cookie.domain(), known);
        out.refuses("sameSite", cookie.sameSite(), known);
        out.refuses("secure", cookie.secure().filter(s -> s), known);
        out.refuses("changeOnFailure", cookie.changeOnFailure().filter(c -> c), known);
        out.warn("Higress hashes the cookie over the pods: each release and each scaling moves some sessions");
    }
}
