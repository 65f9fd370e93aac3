package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.List;
import java.util.Optional;

/**
 * What a request comes to in this cluster.
 *
 * @param controller the dialect's name; empty text if affinity is only removed
 * @param cookie the name under which users will see the cookie; empty if there is none, or the controller names it itself
 * @param changes one for each object that must change; empty if all is as wanted already
 * @param losses what the controller cannot express but nobody asked for explicitly
 * @param warnings what affinity cannot give here
 */
public record AffinityPlan(
        String controller, Optional<String> cookie, List<Change> changes, List<Loss> losses, List<String> warnings) {

    /** Annotation in which an object remembers what was set and what stood there before. */
    public static final String MEMORY = "k8s-rollout.jenkins.io/affinity";

    /**
     * One object's change.
     *
     * @param object which
     * @param patch JSON merge patch (RFC 7386) from {@code before} to {@code after}
     * @param before as it stands
     * @param after as it will be
     */
    public record Change(ObjectRef object, KubeObject patch, KubeObject before, KubeObject after) {}

    /**
     * What a controller cannot express.
     *
     * @param option the request's parameter
     * @param because what happens instead
     * @param refused whether the user asked for it, so that the request must not be carried out
     */
    public record Loss(String option, String because, boolean refused) {
        @Override
        public String toString() {
            return option + ": " + because;
        }
    }

    public AffinityPlan {
        changes = List.copyOf(changes);
        losses = List.copyOf(losses);
        warnings = List.copyOf(warnings);
    }
}
