package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * ingress-nginx: a second Ingress of the same hosts and paths, marked as canary, takes a part of the requests. Users who
 * have a cookie stay where they are unless the Ingress says otherwise.
 *
 * @see <a href="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary">its
 *     annotations</a>
 */
final class IngressNginxWeights implements WeightDialect {
    private static final String PREFIX = IngressNginx.PREFIX;
    private static final List<String> DEFAULTS = List.of("defaultBackend", "backend");

    @Override
    public String kind() {
        return "Ingress";
    }

    @Override
    public List<String> apiVersions() {
        return List.of("networking.k8s.io/v1", "networking.k8s.io/v1beta1");
    }

    @Override
    public Set<String> companionKinds() {
        return Set.of("Ingress");
    }

    @Override
    public Set<String> servicesOf(KubeObject route) {
        return IngressFacts.servicesOf(route);
    }

    @Override
    public KubeObject split(KubeObject route, TrafficSplit split) {
        return renamed(route.child("spec"), name -> split.services().contains(name) ? TrafficSplit.stable(name) : name);
    }

    @Override
    public Optional<KubeObject> joined(KubeObject route, Set<String> services, Optional<KubeObject> kept) {
        return Optional.of(renamed(route.child("spec"), name -> TrafficSplit.whole(name, services)));
    }

    private static KubeObject renamed(KubeObject before, UnaryOperator<String> names) {
        KubeObject spec = before;
        for (String field : DEFAULTS) {
            if (spec.has(field)) {
                spec = spec.with(renamedBackend(spec.child(field), names).fields(), field);
            }
        }
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : spec.children("rules")) {
            List<Object> paths = new ArrayList<>();
            for (KubeObject path : rule.children("http", "paths")) {
                paths.add(path.with(renamedBackend(path.child("backend"), names).fields(), "backend")
                        .fields());
            }
            rules.add(
                    paths.isEmpty()
                            ? rule.fields()
                            : rule.with(paths, "http", "paths").fields());
        }
        return rules.isEmpty() ? spec : spec.with(rules, "rules");
    }

    private static boolean isSplit(KubeObject backend, TrafficSplit split) {
        return split.services().contains(service(backend));
    }

    private static String service(KubeObject backend) {
        return backend.text("service", "name")
                .or(() -> backend.text("serviceName"))
                .orElse("");
    }

    private static KubeObject renamedBackend(KubeObject backend, UnaryOperator<String> names) {
        String service = service(backend);
        if (service.isEmpty()) { // a bucket or another resource
            return backend;
        }
        String name = names.apply(service);
        return backend.has("serviceName") ? backend.with(name, "serviceName") : backend.with(name, "service", "name");
    }

    @Override
    public List<KubeObject> besides(KubeObject route, TrafficSplit split) {
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : route.children("spec", "rules")) {
            List<Object> paths = new ArrayList<>();
            for (KubeObject path : rule.children("http", "paths")) {
                KubeObject backend = path.child("backend");
                if (isSplit(backend, split)) {
                    KubeObject fresh = renamedBackend(backend, TrafficSplit::canary);
                    paths.add(path.with(fresh.fields(), "backend").fields());
                }
            }
            if (!paths.isEmpty()) {
                rules.add(rule.with(paths, "http", "paths").fields());
            }
        }
        if (rules.isEmpty() || split.weight() == 0) {
            return List.of();
        }
        KubeObject canary = KubeObject.of(Map.of("apiVersion", route.apiVersion(), "kind", "Ingress"))
                .with(TrafficSplit.canary(route.name()), "metadata", "name")
                .with(route.namespace(), "metadata", "namespace")
                .with(annotations(route, split), "metadata", "annotations")
                .with(rules, "spec", "rules");
        return List.of(route.find("spec", "ingressClassName")
                .map(c -> canary.with(c, "spec", "ingressClassName"))
                .orElse(canary));
    }

    // Of a canary's other annotations only those of affinity count; the rest is the main Ingress'.
    private static Map<String, Object> annotations(KubeObject route, TrafficSplit split) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        route.annotations().forEach((name, value) -> {
            boolean affinity = name.startsWith(PREFIX + "affinity") || name.startsWith(PREFIX + "session-cookie");
            if (affinity || name.equals("kubernetes.io/ingress.class")) {
                annotations.put(name, value);
            }
        });
        annotations.put(PREFIX + "canary", "true");
        annotations.put(PREFIX + "canary-weight", String.valueOf(split.weight()));
        return annotations;
    }

    // A canary Ingress without paths takes over no request of another Ingress' default backend reliably.
    @Override
    public String refusal(KubeObject route, Set<String> services) {
        return besides(route, new TrafficSplit(services, TrafficSplit.HALF)).isEmpty()
                ? "it leads there by its default backend only, of which no part can be sent elsewhere"
                : "";
    }

    @Override
    public String warning(KubeObject route) {
        Set<String> paths = new TreeSet<>();
        route.children("spec", "rules").stream()
                .flatMap(rule -> rule.children("http", "paths").stream())
                .forEach(path -> paths.add(service(path.child("backend"))));
        boolean partly = DEFAULTS.stream()
                .map(field -> service(route.child("spec", field)))
                .anyMatch(paths::contains);
        List<String> warnings = new ArrayList<>();
        if (partly) {
            warnings.add(route.ref() + " sends what matches none of its paths to the old pods until the last step: no"
                    + " part of its default backend's requests can be sent elsewhere");
        }
        if (!route.annotations().containsKey(PREFIX + "affinity")) {
            warnings.add(route.ref()
                    + " has no cookie affinity: a user may meet the old revision once and the new one the next time");
        }
        return String.join(". ", warnings);
    }
}
