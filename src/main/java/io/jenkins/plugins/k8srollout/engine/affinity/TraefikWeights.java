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
 * Traefik's own routes: an IngressRoute sends requests to a weighted TraefikService. Where the route's Service is sticky,
 * so is the choice between the two revisions, by a cookie of its own.
 *
 * @see <a href="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/">
 *     TraefikService</a>
 */
final class TraefikWeights implements WeightDialect {
    private static final String SERVICES = "services";
    private static final String WEIGHT = "weight";
    private static final String SUFFIX = "-split";

    @Override
    public String kind() {
        return "IngressRoute";
    }

    @Override
    public List<String> apiVersions() {
        return List.of("traefik.io/v1alpha1", "traefik.containo.us/v1alpha1");
    }

    @Override
    public Set<String> companionKinds() {
        return Set.of("TraefikService");
    }

    @Override
    public Set<String> servicesOf(KubeObject route) {
        Set<String> names = new TreeSet<>();
        for (KubeObject rule : route.children("spec", "routes")) {
            rule.children(SERVICES).stream().filter(s -> isService(s, route)).forEach(s -> s.text("name")
                    .ifPresent(names::add));
        }
        return names;
    }

    private static boolean isService(KubeObject service, KubeObject route) {
        return service.text("kind").orElse("Service").equals("Service")
                && service.text("namespace").orElse(route.namespace()).equals(route.namespace());
    }

    private static boolean isSplit(KubeObject service, KubeObject route, TrafficSplit split) {
        return isService(service, route)
                && split.services().contains(service.text("name").orElse(""));
    }

    @Override
    public KubeObject split(KubeObject route, TrafficSplit split) {
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : route.children("spec", "routes")) {
            List<Object> services = new ArrayList<>();
            for (KubeObject service : rule.children(SERVICES)) {
                services.add(isSplit(service, route, split) ? reference(service).fields() : service.fields());
            }
            rules.add(
                    services.isEmpty()
                            ? rule.fields()
                            : rule.with(services, SERVICES).fields());
        }
        return route.child("spec").with(rules, "routes");
    }

    // A weight among the route's other services stays with the reference.
    private static KubeObject reference(KubeObject service) {
        KubeObject reference = KubeObject.empty().with("TraefikService", "kind").with(name(service), "name");
        return service.find(WEIGHT).map(w -> reference.with(w, WEIGHT)).orElse(reference);
    }

    // Two references to one Service may differ in what else they say, and so need one TraefikService each.
    private static String name(KubeObject service) {
        String port = service.find("port").map(Object::toString).orElse("any");
        KubeObject options = service;
        for (String field : List.of("kind", "name", "namespace", "port", WEIGHT)) {
            options = options.without(field);
        }
        String others = options.isEmpty()
                ? ""
                : "-" + Integer.toHexString(options.fields().hashCode());
        return service.text("name").orElse("") + "-" + port + others + SUFFIX;
    }

    @Override
    public Optional<KubeObject> joined(KubeObject route, Set<String> services, Optional<KubeObject> kept) {
        Map<String, KubeObject> known = new LinkedHashMap<>();
        kept.ifPresent(spec -> spec.children("routes").stream()
                .flatMap(rule -> rule.children(SERVICES).stream())
                .filter(s -> isSplit(s, route, new TrafficSplit(services, TrafficSplit.HALF)))
                .forEach(s -> known.putIfAbsent(name(s), s)));
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : route.children("spec", "routes")) {
            List<Object> parts = new ArrayList<>();
            for (KubeObject service : rule.children(SERVICES)) {
                KubeObject before = isTraefikService(service)
                        ? known.get(service.text("name").orElse(""))
                        : service;
                if (before == null && kept.isEmpty() && isReference(service, services)) {
                    return Optional.empty();
                }
                parts.add(
                        before == null
                                ? service.fields()
                                : weighed(before, service).fields());
            }
            rules.add(
                    parts.isEmpty() ? rule.fields() : rule.with(parts, SERVICES).fields());
        }
        KubeObject spec = route.child("spec");
        return Optional.of(rules.isEmpty() ? spec : spec.with(rules, "routes"));
    }

    private static boolean isTraefikService(KubeObject service) {
        return service.text("kind").filter("TraefikService"::equals).isPresent();
    }

    private static boolean isReference(KubeObject service, Set<String> services) {
        String name = service.text("name").orElse("");
        return name.endsWith(SUFFIX) && services.stream().anyMatch(s -> name.startsWith(s + "-"));
    }

    // Among the route's other services it weighs what its reference does now.
    private static KubeObject weighed(KubeObject before, KubeObject reference) {
        return reference.find(WEIGHT).map(w -> before.with(w, WEIGHT)).orElse(before.without(WEIGHT));
    }

    @Override
    public List<KubeObject> besides(KubeObject route, TrafficSplit split) {
        Map<String, KubeObject> found = new LinkedHashMap<>();
        for (KubeObject rule : route.children("spec", "routes")) {
            for (KubeObject service : rule.children(SERVICES)) {
                if (isSplit(service, route, split)) {
                    found.put(name(service), weighted(service, route, split));
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static KubeObject weighted(KubeObject service, KubeObject route, TrafficSplit split) {
        String name = service.text("name").orElseThrow();
        List<Object> parts = new ArrayList<>();
        parts.add(part(service, TrafficSplit.stable(name), split.rest()));
        if (split.weight() > 0) {
            parts.add(part(service, TrafficSplit.canary(name), split.weight()));
        }
        KubeObject object = KubeObject.of(Map.of("apiVersion", route.apiVersion(), "kind", "TraefikService"))
                .with(name(service), "metadata", "name")
                .with(route.namespace(), "metadata", "namespace")
                .with(parts, "spec", "weighted", SERVICES);
        KubeObject cookie = service.child("sticky", "cookie");
        return service.has("sticky", "cookie")
                ? object.with(
                        cookie.with(cookie.text("name").orElse(name) + "-release", "name")
                                .fields(),
                        "spec",
                        "weighted",
                        "sticky",
                        "cookie")
                : object;
    }

    private static Map<String, Object> part(KubeObject service, String name, int weight) {
        return service.with(name, "name").with(weight, WEIGHT).fields();
    }

    @Override
    public String warning(KubeObject route) {
        boolean sticky = route.children("spec", "routes").stream()
                .flatMap(r -> r.children(SERVICES).stream())
                .allMatch(s -> s.has("sticky", "cookie"));
        return sticky
                ? ""
                : route.ref() + " has no sticky cookie: a user may meet the old revision once and the new one the next"
                        + " time";
    }
}
