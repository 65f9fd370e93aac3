package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the server has granted lately, for all who share a connection and so its credentials. Only grants: a right that is
 * missing is to be asked for again, since somebody may just have given it. Thread-safe.
 */
final class KeptGrants {
    // A right that is taken away meanwhile is noticed where it is used.
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Scheduler clock;
    private final Map<String, Kept> namespaces = new ConcurrentHashMap<>();

    private record Kept(GrantedRights rights, Instant until) {}

    KeptGrants(Scheduler clock) {
        this.clock = clock;
    }

    boolean include(AccessRight right) {
        Kept kept = namespaces.get(right.namespace());
        return kept != null
                && kept.until().isAfter(clock.now())
                && kept.rights().include(right);
    }

    void put(String namespace, GrantedRights rights) {
        namespaces.put(namespace, new Kept(rights, clock.now().plus(KEPT)));
    }
}
