package io.jenkins.plugins.k8srollout.engine.affinity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The routes of one controller, split between two revisions and put together again. A split route keeps its original
 * {@code spec} in an annotation, so that anybody can undo the split. Pure.
 */
public final class TrafficRoutes {
    /** On a split route: its {@code spec} as it was. */
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/traffic";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
    private static final Map<Traffic, WeightDialect> TABLE = Map.of(
            Traffic.GATEWAY_API, new GatewayApiWeights(),
            Traffic.TRAEFIK, new TraefikWeights(),
            Traffic.INGRESS_NGINX, new IngressNginxWeights());

    private final WeightDialect dialect;

    private TrafficRoutes(WeightDialect dialect) {
        this.dialect = dialect;
    }

    /** @return empty if requests are not split, but go to all pods alike */
    public static Optional<TrafficRoutes> of(Traffic traffic) {
        return Optional.ofNullable(TABLE.get(traffic)).map(TrafficRoutes::new);
    }

    public String kind() {
        return dialect.kind();
    }

    /** The best of the versions that a cluster serves. */
    public Optional<String> version(Set<String> served) {
        return dialect.apiVersions().stream().filter(served::contains).findFirst();
    }

    /** All versions in which such routes can be written. */
    public List<String> versions() {
        return dialect.apiVersions();
    }

    /** The kinds of what a split needs besides the route; of the same version. */
    public Set<String> companionKinds() {
        return dialect.companionKinds();
    }

    public Set<String> servicesOf(KubeObject route) {
        return dialect.servicesOf(original(route));
    }

    /** What users should know of this route; empty text if nothing. */
    public String warning(KubeObject route) {
        return dialect.warning(original(route));
    }

    /** Whether a route is split now. */
    public static boolean isSplit(KubeObject route) {
        return route.annotations().containsKey(ANNOTATION);
    }

    /** The route as it is to be, whether it was split before or not. */
    public KubeObject split(KubeObject route, TrafficSplit split) {
        KubeObject original = original(route);
        return original.with(dialect.split(original, split).fields(), "spec")
                .with(text(original.child("spec")), "metadata", "annotations", ANNOTATION);
    }

    /** What must exist before the route can be {@link #split} like that. */
    public List<KubeObject> besides(KubeObject route, TrafficSplit split) {
        return dialect.besides(original(route), split);
    }

    /** What must go once the route is its {@link #original} again. */
    public List<ObjectRef> companions(KubeObject route, Set<String> services) {
        return dialect.companions(original(route), new TrafficSplit(services, TrafficSplit.ALL));
    }

    /** The route as it was before it was split; the same if it is not. */
    public static KubeObject original(KubeObject route) {
        String kept = route.annotations().get(ANNOTATION);
        if (kept == null) {
            return route;
        }
        KubeObject rest = route.without("metadata", "annotations", ANNOTATION);
        KubeObject whole = rest.annotations().isEmpty() ? rest.without("metadata", "annotations") : rest;
        try {
            return whole.with(JSON.readValue(kept, FIELDS), "spec");
        } catch (JsonProcessingException e) {
            return whole; // somebody has written there by hand: what the route was cannot be known
        }
    }

    private static String text(KubeObject spec) {
        try {
            return JSON.writeValueAsString(spec.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    /** The merge patch that makes one object of another; lists are replaced as a whole. Empty if nothing changes. */
    public static KubeObject patch(KubeObject from, KubeObject to) {
        Map<String, Object> spec = new LinkedHashMap<>();
        Map<String, Object> before = from.child("spec").fields();
        Map<String, Object> after = to.child("spec").fields();
        before.keySet().stream().filter(k -> !after.containsKey(k)).forEach(k -> spec.put(k, null));
        after.forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                spec.put(key, value);
            }
        });
        String mark = to.annotations().get(ANNOTATION);
        Map<String, Object> patch = new LinkedHashMap<>();
        if (mark == null ? isSplit(from) : !mark.equals(from.annotations().get(ANNOTATION))) {
            Map<String, Object> annotations = new LinkedHashMap<>();
            annotations.put(ANNOTATION, mark);
            patch.put("metadata", Map.of("annotations", annotations));
        }
        if (!spec.isEmpty()) {
            patch.put("spec", spec);
        }
        return KubeObject.of(patch);
    }
}
