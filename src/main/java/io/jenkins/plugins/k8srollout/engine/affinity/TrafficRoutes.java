package io.jenkins.plugins.k8srollout.engine.affinity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The routes of one controller, split between two revisions and put together again. A split is undone in the route as it
 * is, so that what others have changed meanwhile stays; its {@code spec} from before is kept in an annotation, for people,
 * and for what a dialect cannot tell from the route alone. Pure.
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

    /** The Services that a route leads to as it stands. */
    public Set<String> servicesOf(KubeObject route) {
        return dialect.servicesOf(route);
    }

    /** Why a route that is not split cannot be, as a clause; empty text if it can. */
    public String refusal(KubeObject original, Set<String> services) {
        return dialect.refusal(original, services);
    }

    /** What users should know of this route, which is not split; empty text if nothing. */
    public String warning(KubeObject original) {
        return dialect.warning(original);
    }

    /** Whether a route is split now. */
    public static boolean isSplit(KubeObject route) {
        return route.annotations().containsKey(ANNOTATION);
    }

    /** The route as it is to be. @param original it, not split */
    public KubeObject split(KubeObject original, TrafficSplit split) {
        return original.with(dialect.split(original, split).fields(), "spec")
                .with(text(original.child("spec")), "metadata", "annotations", ANNOTATION);
    }

    /** What must exist before the route can be {@link #split} like that. @param original it, not split */
    public List<KubeObject> besides(KubeObject original, TrafficSplit split) {
        return dialect.besides(original, split);
    }

    /** All that {@link #besides} may need, whatever the weight; only what it is called counts. */
    public List<KubeObject> companions(KubeObject original, Set<String> services) {
        return dialect.besides(original, new TrafficSplit(services, TrafficSplit.HALF));
    }

    /**
     * The route without a split of these Services; the same if there is none.
     *
     * @return empty if its annotation is gone or damaged, and only that could tell
     */
    public Optional<KubeObject> original(KubeObject route, Set<String> services) {
        Optional<KubeObject> kept = kept(route);
        KubeObject rest = route.without("metadata", "annotations", ANNOTATION);
        KubeObject bare = rest.annotations().isEmpty() ? rest.without("metadata", "annotations") : rest;
        return dialect.joined(route, services, kept).map(spec -> {
            // The same but for defaults that a split has written out: then as it was, to the letter.
            boolean same = kept.filter(k -> half(bare, k, services).equals(half(bare, spec, services)))
                    .isPresent();
            return bare.with((same ? kept.get() : spec).fields(), "spec");
        });
    }

    private KubeObject half(KubeObject route, KubeObject spec, Set<String> services) {
        return dialect.split(route.with(spec.fields(), "spec"), new TrafficSplit(services, TrafficSplit.HALF));
    }

    private static Optional<KubeObject> kept(KubeObject route) {
        String text = route.annotations().get(ANNOTATION);
        try {
            return text == null ? Optional.empty() : Optional.of(KubeObject.of(JSON.readValue(text, FIELDS)));
        } catch (JsonProcessingException e) {
            return Optional.empty(); // somebody has written there by hand: what the route was cannot be known
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
