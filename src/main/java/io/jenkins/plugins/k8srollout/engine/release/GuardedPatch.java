package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Optional;
import java.util.function.Function;

/** Changes an object that others change, too: what is to be changed is decided by what it is at that moment. */
final class GuardedPatch {
    private static final int TRIES = 5; // its controller writes the status meanwhile

    private GuardedPatch() {}

    /**
     * Blocks while the server answers.
     *
     * @param patch guarded by its version, of the object as it is, with its {@code managedFields}; empty if nothing is to be changed
     * @return whether it was changed
     */
    static boolean change(ClusterPort port, ObjectRef ref, Function<KubeObject, Optional<KubeObject>> patch) {
        for (int tries = 1; ; tries++) {
            Optional<KubeObject> wanted = port.booked(ref).flatMap(patch);
            if (wanted.isEmpty()) {
                return false;
            }
            try {
                port.patch(ref, wanted.get());
                return true;
            } catch (ReleaseException e) {
                if (e.problem().kind() != Problem.Kind.CONFLICT || tries == TRIES) {
                    throw e;
                }
            }
        }
    }
}
