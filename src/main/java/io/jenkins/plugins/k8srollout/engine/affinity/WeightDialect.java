package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One controller's way to split requests between two Services by weight. Stateless and pure; new ones get a row in
 * {@link TrafficRoutes}. But for {@link #joined}, what is asked for is said of a route that is not split.
 */
interface WeightDialect {

    /** The kind of its routes. */
    String kind();

    /** The API versions in which it can be written, the best first. */
    List<String> apiVersions();

    /** The kinds of {@link #besides}, in the route's API version. */
    Set<String> companionKinds();

    /** The names of all Services it routes to. */
    Set<String> servicesOf(KubeObject route);

    /** The route's spec with each of these Services split. */
    KubeObject split(KubeObject route, TrafficSplit split);

    /**
     * The spec of a route that may be split, without that: whatever else is in it stays, for others change it, too.
     *
     * @param services those that may be split
     * @param kept the spec from before it was split first; empty if nobody knows it any more
     * @return empty if that cannot be told without {@code kept}
     */
    Optional<KubeObject> joined(KubeObject route, Set<String> services, Optional<KubeObject> kept);

    /** Objects that the split needs besides the route, in the order of applying; may be none. */
    List<KubeObject> besides(KubeObject route, TrafficSplit split);

    /** Why the route cannot be split, as a clause; empty text if it can. */
    default String refusal(KubeObject route, Set<String> services) {
        return "";
    }

    /** What users should know before it is used; empty text if nothing. */
    default String warning(KubeObject route) {
        return "";
    }
}
