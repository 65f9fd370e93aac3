package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The objects of a plan as they are before anything is asked or changed; read once for all who want to know. */
final class LiveObjects {
    private final Map<ObjectRef, KubeObject> found;

    private LiveObjects(Map<ObjectRef, KubeObject> found) {
        this.found = found;
    }

    /**
     * Blocks while the server answers.
     *
     * @throws ReleaseException if it does not; what may not be read is left for the check of rights to tell
     */
    static LiveObjects read(ClusterPort port, ReleasePlan plan, Executor workers) {
        Scopes scopes = Scopes.of(port.apis(), plan.objects());
        List<ObjectRef> refs = plan.objects().stream()
                .filter(o -> !scopes.isNew(o))
                .map(KubeObject::ref)
                .toList();
        List<Object> answers = new Parallel(workers).map(refs, ref -> read(port, ref));
        Map<ObjectRef, KubeObject> found = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof KubeObject object) {
                found.put(refs.get(i), object);
            } else if (answers.get(i) instanceof ReleaseException e
                    && e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
        }
        return new LiveObjects(found);
    }

    private static Object read(ClusterPort port, ObjectRef ref) {
        try {
            return port.booked(ref).orElse(KubeObject.empty());
        } catch (ReleaseException e) {
            return e;
        }
    }

    /**
     * What to apply from.
     *
     * @return the object as {@link ClusterPort#booked} reads it, an empty one if it does not exist; nothing if that is
     *     not known
     */
    Optional<KubeObject> from(ObjectRef ref) {
        return Optional.ofNullable(found.get(ref));
    }

    /** Whether it is known not to exist. */
    boolean isAbsent(ObjectRef ref) {
        return from(ref).filter(KubeObject::isEmpty).isPresent();
    }

    /** Whether it is known to exist. */
    boolean isPresent(ObjectRef ref) {
        return from(ref).filter(o -> !o.isEmpty()).isPresent();
    }
}
