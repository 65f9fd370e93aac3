package io.jenkins.plugins.k8srollout.engine.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an API server serves: discovered from a cluster, or known for a Kubernetes version. Immutable.
 */
public final class ServedApis {
    private final String serverVersion;
    private final Map<String, Resource> byVersionAndKind;

    /**
     * One served resource.
     *
     * @param apiVersion as in {@code apps/v1}
     * @param kind as in {@code Deployment}
     * @param plural as in {@code deployments}, the name in request paths
     * @param namespaced false for cluster-scoped kinds
     */
    public record Resource(String apiVersion, String kind, String plural, boolean namespaced) {}

    /**
     * @param serverVersion major and minor as in {@code 1.34}; empty text if unknown
     * @param resources without subresources
     */
    public ServedApis(String serverVersion, Collection<Resource> resources) {
        this.serverVersion = Objects.requireNonNull(serverVersion, "serverVersion");
        Map<String, Resource> map = new LinkedHashMap<>();
        resources.forEach(r -> map.putIfAbsent(key(r.apiVersion(), r.kind()), r));
        this.byVersionAndKind = Map.copyOf(map);
    }

    public String serverVersion() {
        return serverVersion;
    }

    public Optional<Resource> resource(String apiVersion, String kind) {
        return Optional.ofNullable(byVersionAndKind.get(key(apiVersion, kind)));
    }

    public boolean serves(String apiVersion, String kind) {
        return byVersionAndKind.containsKey(key(apiVersion, kind));
    }

    /** Every {@code apiVersion} that serves this kind in any group, sorted; for messages and for choosing a version. */
    public Set<String> versionsOf(String kind) {
        Set<String> found = new TreeSet<>();
        byVersionAndKind.values().stream().filter(r -> r.kind().equals(kind)).forEach(r -> found.add(r.apiVersion()));
        return found;
    }

    public Collection<Resource> resources() {
        return byVersionAndKind.values();
    }

    private static String key(String apiVersion, String kind) {
        return apiVersion + " " + kind;
    }
}
