package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a release which has been applied must remember to go on after a restart. Immutable; holds no secrets.
 *
 * @param phase what is being waited for
 * @param waiting the targets with their generations, and the deadline
 * @param previous the revision that each changed workload had before
 * @param created workloads that did not exist before, so that there is nothing to return to
 * @param onFailure what happens if they do not become healthy
 * @param record the record so far
 */
public record WatchToken(
        Phase phase,
        WaitRequest waiting,
        Map<ObjectRef, Revision> previous,
        List<ObjectRef> created,
        OnFailure onFailure,
        ReleaseRecord record) {

    public enum Phase {
        /** The new revision is to become healthy. */
        RELEASE,
        /** The release has failed; the previous revision is to become healthy again. */
        ROLLBACK
    }

    /**
     * One revision of a workload, as its controller keeps it.
     *
     * @param kind {@code ReplicaSet} for Deployments, {@code ControllerRevision} for StatefulSets and DaemonSets
     * @param name the keeping object's name
     * @param number as {@code kubectl rollout history} shows it; empty text if unknown
     */
    public record Revision(String kind, String name, String number) {
        /** As in {@code revision 3 (ReplicaSet web-5d4f)}. */
        @Override
        public String toString() {
            return (number.isEmpty() ? "the previous revision" : "revision " + number) + " (" + kind + " " + name + ")";
        }
    }

    public WatchToken {
        previous = Collections.unmodifiableMap(new LinkedHashMap<>(previous));
        created = List.copyOf(created);
    }

    Optional<Revision> previousOf(ObjectRef ref) {
        return Optional.ofNullable(previous.get(ref));
    }

    /** As text that survives a restart; {@link #decode} reads it back. */
    public String encode() {
        return WatchTokenText.encode(this);
    }

    /** @throws ReleaseException (refused input) for text that {@link #encode} has not written */
    public static WatchToken decode(String text) {
        return WatchTokenText.decode(text);
    }
}
