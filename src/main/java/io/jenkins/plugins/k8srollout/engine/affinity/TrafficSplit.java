package io.jenkins.plugins.k8srollout.engine.affinity;

import java.util.Set;

/**
 * How the requests to some Services are split.
 *
 * @param services their names
 * @param weight how many of a hundred requests go to pods of the new revision, from 0 to 100
 */
public record TrafficSplit(Set<String> services, int weight) {
    static final int ALL = 100;
    /** One that names both revisions, to see what any split takes. */
    static final int HALF = 50;

    public TrafficSplit {
        services = Set.copyOf(services);
    }

    /** The Service of the old revision's pods. */
    public static String stable(String service) {
        return service + "-stable";
    }

    /** The Service of the new revision's pods. */
    public static String canary(String service) {
        return service + "-canary";
    }

    /** The one of these Services that a name is the old or new part of; else the name itself. */
    static String whole(String name, Set<String> services) {
        return services.stream()
                .filter(s -> stable(s).equals(name) || canary(s).equals(name))
                .findFirst()
                .orElse(name);
    }

    int rest() {
        return ALL - weight;
    }
}
