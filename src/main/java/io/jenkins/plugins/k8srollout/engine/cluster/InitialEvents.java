package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a watch with {@code sendInitialEvents} tells of the objects that exist, up to the bookmark that ends that. Not
 * thread-safe.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists">streaming lists</a>
 */
final class InitialEvents {
    private static final String END = "k8s.io/initial-events-end";

    private final Map<String, KubeObject> objects = new LinkedHashMap<>();

    /** @return whether that was the end */
    boolean take(String type, KubeObject object) {
        switch (type) {
            case "ADDED", "MODIFIED" -> {
                if (KeptForm.isOfInterest(object)) {
                    objects.put(WatchedObjects.key(object), object);
                }
            }
            case "DELETED" -> objects.remove(WatchedObjects.key(object));
            default -> {
                return "true".equals(object.annotations().get(END));
            }
        }
        return false;
    }

    List<KubeObject> objects() {
        return List.copyOf(objects.values());
    }
}
