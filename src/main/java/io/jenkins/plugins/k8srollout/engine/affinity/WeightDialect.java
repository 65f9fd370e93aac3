package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.List;
import java.util.Set;

/**
 * One controller's way to split requests between two Services by weight. Stateless and pure; new ones get a row in
 * {@link TrafficRoutes}. What is asked for is said of a route's original {@code spec}, never of one that was split
 * already.
 */
interface WeightDialect {

    /** The name users write and see, as in {@code gateway-api}. */
    String name();

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

    /** Objects that the split needs besides the route, in the order of applying; may be none. */
    List<KubeObject> besides(KubeObject route, TrafficSplit split);

    /** Names of all objects that {@link #besides} may ever have named for this route. */
    List<ObjectRef> companions(KubeObject route, TrafficSplit split);

    /** What users should know before it is used; empty text if nothing. */
    default String warning(KubeObject route) {
        return "";
    }
}
