package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.SameSite;
import java.util.Optional;

/**
 * The community's HAProxy Ingress.
 *
 * @see <a href="https://haproxy-ingress.github.io/docs/configuration/keys/#affinity">its keys</a>
 */
final class HaproxyIngress implements AffinityDialect {
    private static final String PREFIX = "haproxy-ingress.github.io/";

    @Override
    public String name() {
        return "haproxy-ingress";
    }

    @Override
    public boolean answersTo(String controller) {
        // "/<name>" follows where --controller-class gives this instance a name of its own.
        return controller.equals("haproxy-ingress.github.io/controller")
                || controller.startsWith("haproxy-ingress.github.io/controller/");
    }

    @Override
    public Place place() {
        return Place.INGRESS;
    }

    @Override
    public void translate(AffinityRequest request, Translation out) {
        CookieAffinity cookie = request.cookie();
        Optional<SameSite> sameSite = cookie.sameSite();
        out.annotation(PREFIX + "affinity", "cookie");
        out.annotation(PREFIX + "session-cookie-name", cookie.nameOrDefault());
        out.annotation(PREFIX + "session-cookie-strategy", "insert");
        // Server names are slots that are filled anew after a restart of the controller; a pod's UID never means
        // another pod.
        out.annotation(PREFIX + "session-cookie-value-strategy", "pod-uid");
        out.annotation(PREFIX + "session-cookie-preserve", "true");
        out.annotation(PREFIX + "session-cookie-domain", cookie.domain());
        if (sameSite.filter(s -> s == SameSite.NONE).isPresent()) {
            out.annotation(PREFIX + "session-cookie-same-site", "true"); // adds Secure as well
        } else if (cookie.secure().orElse(false)) {
            out.annotation(PREFIX + "session-cookie-keywords", "indirect nocache httponly secure");
        }
        out.refuses(
                "sameSite", sameSite.filter(s -> s != SameSite.NONE), "HAProxy Ingress can only write SameSite=None");
        out.refuses("path", cookie.path().filter(p -> !p.equals("/")), "HAProxy's cookies always have the path '/'");
        out.refuses(
                "maxAge",
                Optional.of(cookie.maxAgeSeconds()).filter(a -> a > 0),
                "HAProxy's cookies always end with the browser");
        out.refuses(
                "mode",
                cookie.mode().filter(m -> m == Mode.BALANCED),
                "HAProxy never moves a session while its pod lives; the mode is always persistent");
        out.refuses(
                "changeOnFailure",
                cookie.changeOnFailure().filter(c -> !c),
                "HAProxy sends a client elsewhere once its pod is down");
        out.refuses("canary", cookie.canary(), "HAProxy Ingress knows no canary behaviour of cookies");
    }
}
