package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.OutdatedException;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Applies what was decided by an object as it is at that moment. Without this a release would overwrite another one that
 * takes the object over between its reading and its writing: all of them own its fields in common, so that the server
 * sees no conflict.
 */
final class GuardedApply {
    private static final int TRIES = 20; // its controller writes the status meanwhile

    private GuardedApply() {}

    /**
     * Blocks while the server answers.
     *
     * @param wanted what to apply, of the object as {@link ClusterPort#booked} reads it; empty if nothing is to be
     *     changed. Asked again each time that the object has changed
     * @return empty if nothing was to be changed, or the object does not exist
     */
    static Optional<ApplyResult> change(
            ClusterPort port, ObjectRef ref, Function<KubeObject, Optional<KubeObject>> wanted) {
        return repeat(() -> port.booked(ref).flatMap(booked -> wanted.apply(booked)
                .map(object -> port.apply(object, ApplyOptions.changing(booked)))));
    }

    /**
     * Does something until what it was decided by is what it was done to.
     *
     * @throws OutdatedException if the object changes all the time
     */
    static <T> T repeat(Supplier<T> attempt) {
        for (int tries = 1; ; tries++) {
            try {
                return attempt.get();
            } catch (OutdatedException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }
}
