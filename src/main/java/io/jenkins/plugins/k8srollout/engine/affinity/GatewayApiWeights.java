package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gateway API: each backend of an HTTPRoute's rule has a weight.
 *
 * @see <a href="https://gateway-api.sigs.k8s.io/guides/traffic-splitting/">traffic splitting</a>
 */
final class GatewayApiWeights implements WeightDialect {
    private static final String GROUP = "gateway.networking.k8s.io/";
    private static final String BACKENDS = "backendRefs";
    private static final String WEIGHT = "weight";
    // https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule and #httpbackendref
    private static final int MOST_BACKENDS = 16;
    private static final long MOST_WEIGHT = 1_000_000;

    @Override
    public String kind() {
        return "HTTPRoute";
    }

    @Override
    public List<String> apiVersions() {
        return List.of(GROUP + "v1", GROUP + "v1beta1");
    }

    @Override
    public Set<String> companionKinds() {
        return Set.of();
    }

    @Override
    public Set<String> servicesOf(KubeObject route) {
        Set<String> names = new TreeSet<>();
        for (KubeObject rule : route.children("spec", "rules")) {
            rule.children(BACKENDS).stream().filter(b -> isService(b, route)).forEach(b -> b.text("name")
                    .ifPresent(names::add));
        }
        return names;
    }

    private static boolean isService(KubeObject backend, KubeObject route) {
        return backend.text("kind").orElse("Service").equals("Service")
                && backend.text("group").orElse("").isEmpty()
                && backend.text("namespace").orElse(route.namespace()).equals(route.namespace());
    }

    @Override
    public KubeObject split(KubeObject route, TrafficSplit split) {
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : route.children("spec", "rules")) {
            boolean concerned = rule.children(BACKENDS).stream().anyMatch(b -> isSplit(b, route, split));
            rules.add(concerned ? split(rule, route, split).fields() : rule.fields());
        }
        return route.child("spec").with(rules, "rules");
    }

    private static boolean isSplit(KubeObject backend, KubeObject route, TrafficSplit split) {
        return isService(backend, route)
                && split.services().contains(backend.text("name").orElse(""));
    }

    // The weights of one rule are compared with each other only, so that all of them grow alike.
    private static KubeObject split(KubeObject rule, KubeObject route, TrafficSplit split) {
        List<Object> backends = new ArrayList<>();
        for (KubeObject backend : rule.children(BACKENDS)) {
            long weight = backend.numberOr(1, WEIGHT);
            if (!isSplit(backend, route, split)) {
                backends.add(backend.with(weight * TrafficSplit.ALL, WEIGHT).fields());
                continue;
            }
            String service = backend.text("name").orElseThrow();
            backends.add(part(backend, TrafficSplit.stable(service), weight * split.rest()));
            if (split.weight() > 0) {
                backends.add(part(backend, TrafficSplit.canary(service), weight * split.weight()));
            }
        }
        return rule.with(backends, BACKENDS);
    }

    private static Map<String, Object> part(KubeObject backend, String service, long weight) {
        return backend.with(service, "name").with(weight, WEIGHT).fields();
    }

    @Override
    public List<KubeObject> besides(KubeObject route, TrafficSplit split) {
        return List.of();
    }

    @Override
    public Optional<KubeObject> joined(KubeObject route, Set<String> services, Optional<KubeObject> kept) {
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : route.children("spec", "rules")) {
            boolean concerned = rule.children(BACKENDS).stream().anyMatch(b -> isPart(b, route, services));
            rules.add((concerned ? joined(rule, route, services) : rule).fields());
        }
        return Optional.of(
                rules.isEmpty() ? route.child("spec") : route.child("spec").with(rules, "rules"));
    }

    private static boolean isPart(KubeObject backend, KubeObject route, Set<String> services) {
        String name = backend.text("name").orElse("");
        return isService(backend, route) && !TrafficSplit.whole(name, services).equals(name);
    }

    private static KubeObject joined(KubeObject rule, KubeObject route, Set<String> services) {
        Map<KubeObject, Long> weights = new LinkedHashMap<>();
        for (KubeObject backend : rule.children(BACKENDS)) {
            String name = backend.text("name").orElse("");
            KubeObject whole = isPart(backend, route, services)
                    ? backend.with(TrafficSplit.whole(name, services), "name")
                    : backend;
            weights.merge(whole.without(WEIGHT), backend.numberOr(1, WEIGHT), Long::sum);
        }
        // A backend that somebody has added meanwhile keeps the share it was given.
        boolean whole = weights.values().stream().allMatch(w -> w % TrafficSplit.ALL == 0);
        long share = whole ? TrafficSplit.ALL : 1;
        List<Object> backends = new ArrayList<>();
        weights.forEach((backend, weight) ->
                backends.add(backend.with(weight / share, WEIGHT).fields()));
        return rule.with(backends, BACKENDS);
    }

    @Override
    public String refusal(KubeObject route, Set<String> services) {
        for (KubeObject rule :
                split(route, new TrafficSplit(services, TrafficSplit.ALL)).children("rules")) {
            List<KubeObject> backends = rule.children(BACKENDS);
            boolean heavy = backends.stream().anyMatch(b -> b.numberOr(1, WEIGHT) > MOST_WEIGHT);
            if (backends.size() > MOST_BACKENDS || heavy) {
                return "split, one of its rules would have more than " + MOST_BACKENDS + " backends, or a weight over "
                        + MOST_WEIGHT;
            }
        }
        return "";
    }

    @Override
    public String warning(KubeObject route) {
        boolean sticky = route.children("spec", "rules").stream().allMatch(r -> r.has("sessionPersistence"));
        return sticky
                ? ""
                : route.ref() + " has no sessionPersistence: a user may meet the old revision once and the new one the"
                        + " next time";
    }
}
