package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ingress-nginx: a second Ingress of the same hosts and paths, marked as canary, takes a part of the requests. Users who
 * have a cookie stay where they are unless the Ingress says otherwise.
 *
 * @see <a href="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary">its
 *     annotations</a>
 */
final class IngressNginxWeights implements WeightDialect {
    private static final String PREFIX = IngressNginx.PREFIX;

    @Override
    public String name() {
        return "ingress-nginx";
    }

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
        KubeObject spec = route.child("spec");
        for (String field : List.of("defaultBackend", "backend")) {
            if (isSplit(spec.child(field), split)) {
                spec = spec.with(stable(spec.child(field)).fields(), field);
            }
        }
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : spec.children("rules")) {
            List<Object> paths = new ArrayList<>();
            for (KubeObject path : rule.children("http", "paths")) {
                boolean concerned = isSplit(path.child("backend"), split);
                paths.add(
                        concerned
                                ? path.with(stable(path.child("backend")).fields(), "backend")
                                        .fields()
                                : path.fields());
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

    private static KubeObject stable(KubeObject backend) {
        return renamed(backend, TrafficSplit.stable(service(backend)));
    }

    private static KubeObject renamed(KubeObject backend, String name) {
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
                    paths.add(path.with(
                                    renamed(backend, TrafficSplit.canary(service(backend)))
                                            .fields(),
                                    "backend")
                            .fields());
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

    @Override
    public List<ObjectRef> companions(KubeObject route, TrafficSplit split) {
        return List.of(
                new ObjectRef(route.apiVersion(), "Ingress", route.namespace(), TrafficSplit.canary(route.name())));
    }

    @Override
    public String warning(KubeObject route) {
        return route.annotations().containsKey(PREFIX + "affinity")
                ? ""
                : route.ref()
                        + " has no cookie affinity: a user may meet the old revision once and the new one the next"
                        + " time";
    }
}
