package io.jenkins.plugins.k8srollout.engine.affinity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What our annotation says on a workload whose requests are split: all that anybody needs to go on with that, or to end
 * it. Immutable.
 *
 * @param release the id of the release that splits them
 * @param traffic whose routes they are
 * @param stable the {@code pod-template-hash} of the pods that served before
 * @param services the Services through which the requests come
 * @param routes the names of the routes
 */
public record TrafficShare(String release, Traffic traffic, String stable, List<String> services, List<String> routes) {
    public static final String ANNOTATION = "k8s-rollout.jenkins.io/traffic";
    /** The label by which a Deployment's controller tells the pods of its ReplicaSets apart. */
    public static final String HASH = "pod-template-hash";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    public TrafficShare {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(traffic, "traffic");
        Objects.requireNonNull(stable, "stable");
        services = List.copyOf(services);
        routes = List.copyOf(routes);
    }

    /** @return empty if its requests are not split, or if the annotation is none of ours */
    public static Optional<TrafficShare> of(KubeObject workload) {
        return Optional.ofNullable(workload.annotations().get(ANNOTATION)).flatMap(TrafficShare::read);
    }

    private static Optional<TrafficShare> read(String text) {
        try {
            KubeObject root = KubeObject.of(JSON.readValue(text, FIELDS));
            return Optional.of(new TrafficShare(
                    root.text("release").orElse(""),
                    Traffic.parse(root.text("traffic").orElse("")),
                    root.text("stable").orElse(""),
                    texts(root.items("services")),
                    texts(root.items("routes"))));
        } catch (JsonProcessingException | ReleaseException e) {
            return Optional.empty(); // somebody has written there by hand: what was split cannot be known
        }
    }

    private static List<String> texts(List<Object> items) {
        return items.stream().map(String::valueOf).toList();
    }

    /** The same, led by another release. */
    public TrafficShare ledBy(String other) {
        return new TrafficShare(other, traffic, stable, services, routes);
    }

    /** The workload with what says so. */
    public KubeObject on(KubeObject workload) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("release", release);
        root.put("traffic", Strategy.word(traffic));
        root.put("stable", stable);
        root.put("services", services);
        root.put("routes", routes);
        try {
            return workload.with(JSON.writeValueAsString(root), "metadata", "annotations", ANNOTATION);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data can always be written", e);
        }
    }

    /** A Service for the pods of one revision, as the first one but for them. */
    public static KubeObject serviceOf(KubeObject service, String name, String hash) {
        KubeObject copy = KubeObject.of(Map.of("apiVersion", "v1", "kind", "Service"))
                .with(name, "metadata", "name")
                .with(service.namespace(), "metadata", "namespace")
                .with(
                        List.of(Map.of(
                                "apiVersion", "v1", "kind", "Service", "name", service.name(), "uid", service.uid())),
                        "metadata",
                        "ownerReferences")
                .with(service.child("spec", "selector").with(hash, HASH).fields(), "spec", "selector")
                .with(
                        service.children("spec", "ports").stream()
                                .map(p -> p.without("nodePort").fields())
                                .toList(),
                        "spec",
                        "ports");
        for (Map.Entry<String, String> annotation : service.annotations().entrySet()) {
            boolean settings = !annotation.getKey().contains("kubectl.kubernetes.io/")
                    && !annotation.getKey().startsWith("k8s-rollout.jenkins.io/");
            copy = settings ? copy.with(annotation.getValue(), "metadata", "annotations", annotation.getKey()) : copy;
        }
        for (String field : List.of("sessionAffinity", "sessionAffinityConfig", "publishNotReadyAddresses")) {
            Optional<Object> value = service.find("spec", field);
            copy = value.isPresent() ? copy.with(value.get(), "spec", field) : copy;
        }
        return service.text("spec", "clusterIP").filter("None"::equals).isPresent()
                ? copy.with("None", "spec", "clusterIP")
                : copy;
    }
}
