package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.CookieAffinity.Mode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * AWS Load Balancer Controller: stickiness is an attribute among others in one annotation.
 *
 * @see <a href="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/">its
 *     annotations</a>
 */
final class AwsAlb implements AffinityDialect {
    private static final String ATTRIBUTES = "alb.ingress.kubernetes.io/target-group-attributes";
    private static final int LONGEST_SECONDS = 604_800; // seven days, the service's limit and default is one day
    private static final int DEFAULT_SECONDS = 86_400;

    @Override
    public String name() {
        return "aws-alb";
    }

    @Override
    public boolean answersTo(String controller) {
        return controller.equals("ingress.k8s.aws/alb");
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
        int seconds = cookie.maxAgeSeconds() == 0 ? DEFAULT_SECONDS : cookie.maxAgeSeconds();
        String foreign = out.object().annotations().getOrDefault(ATTRIBUTES, "");
        String merged = Stream.concat(
                        Arrays.stream(foreign.split(","))
                                .map(String::strip)
                                .filter(a -> !a.isEmpty() && !a.startsWith("stickiness.")),
                        Stream.of("stickiness.enabled=true", "stickiness.lb_cookie.duration_seconds=" + seconds))
                .collect(Collectors.joining(","));
        out.annotation(ATTRIBUTES, merged);
        if (cookie.maxAgeSeconds() == 0) {
            out.loses("maxAge", "ALB has no cookies that end with the browser: the cookie lasts one day");
        }
        out.refuses("maxAge", Optional.of(seconds).filter(s -> s > LONGEST_SECONDS), "ALB's limit is 604800 seconds");
        String fixed = "ALB writes its own cookie AWSALB, of which only the duration can be chosen";
        out.refuses("cookie", cookie.name(), fixed);
        out.refuses("path", cookie.path().filter(p -> !p.equals("/")), fixed);
        out.refuses("domain", cookie.domain(), fixed);
        out.refuses("sameSite", cookie.sameSite(), fixed);
        out.refuses("secure", cookie.secure().filter(s -> s), fixed);
        out.refuses("changeOnFailure", cookie.changeOnFailure().filter(c -> !c), fixed);
        out.refuses("canary", cookie.canary(), "weighted actions have a stickiness of their own");
        out.refuses("mode", cookie.mode().filter(m -> m == Mode.BALANCED), "ALB never moves a session");
        if (!"ip".equals(out.object().annotations().get("alb.ingress.kubernetes.io/target-type"))) {
            out.warn("Without alb.ingress.kubernetes.io/target-type: ip, ALB binds clients to a node and not to a pod");
        }
    }
}
