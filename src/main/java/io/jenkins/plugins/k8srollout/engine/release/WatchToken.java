package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a release must remember to go on after a restart, from its first change on. Immutable; holds no secrets.
 *
 * @param phase how far it is
 * @param waiting the targets with their generations, and the deadline; while it applies, all objects with the
 *     generations they had before
 * @param previous the revision that each changed workload had before; while it applies, of those it is going to change
 * @param created workloads that did not exist before, so that there is nothing to return to
 * @param onFailure what happens if they do not become healthy
 * @param record the record so far
 * @param batches how far it is through its batches; empty if it has none, or they are all done
 * @param suspended the CronJobs that the release has suspended, with what is to be returned to them
 */
public record WatchToken(
        Phase phase,
        WaitRequest waiting,
        Map<ObjectRef, Revision> previous,
        List<ObjectRef> created,
        OnFailure onFailure,
        ReleaseRecord record,
        Optional<BatchProgress> batches,
        Map<ObjectRef, Suspension> suspended) {

    public enum Phase {
        /** Any part of the release may be applied; who knows the request begins anew with this in mind. */
        APPLYING,
        /** All is applied; the new revision is to become healthy, or the batch so far. */
        RELEASE,
        /** A batch is done, and somebody is to say whether the release goes on. */
        PAUSED,
        /** The release has failed; any of its workloads may be on its way back to the previous revision. */
        ROLLING_BACK,
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
            String which = number.isEmpty() ? "the previous revision" : "revision " + number;
            return name.isEmpty() ? which : which + " (" + kind + " " + name + ")";
        }
    }

    public WatchToken {
        previous = Collections.unmodifiableMap(new LinkedHashMap<>(previous));
        created = List.copyOf(created);
        Objects.requireNonNull(batches, "batches");
        suspended = Collections.unmodifiableMap(new LinkedHashMap<>(suspended));
    }

    /** Without CronJobs. */
    public WatchToken(
            Phase phase,
            WaitRequest waiting,
            Map<ObjectRef, Revision> previous,
            List<ObjectRef> created,
            OnFailure onFailure,
            ReleaseRecord record,
            Optional<BatchProgress> batches) {
        this(phase, waiting, previous, created, onFailure, record, batches, Map.of());
    }

    /** Without batches. */
    public WatchToken(
            Phase phase,
            WaitRequest waiting,
            Map<ObjectRef, Revision> previous,
            List<ObjectRef> created,
            OnFailure onFailure,
            ReleaseRecord record) {
        this(phase, waiting, previous, created, onFailure, record, Optional.empty());
    }

    /** Whether it needs no more than the token to go on. */
    public boolean isApplied() {
        return phase != Phase.APPLYING;
    }

    WatchToken in(Phase other, ReleaseRecord soFar) {
        return new WatchToken(other, waiting, previous, created, onFailure, soFar, batches, suspended);
    }

    WatchToken withPrevious(Map<ObjectRef, Revision> other) {
        return new WatchToken(phase, waiting, other, created, onFailure, record, batches, suspended);
    }

    WatchToken waitingFor(WaitRequest other, Optional<BatchProgress> progress, ReleaseRecord soFar) {
        return new WatchToken(phase, other, previous, created, onFailure, soFar, progress, suspended);
    }

    WatchToken withSuspended(Map<ObjectRef, Suspension> other) {
        return new WatchToken(phase, waiting, previous, created, onFailure, record, batches, other);
    }

    /** Until when a pause may be answered; empty if it is none, or has no limit. */
    public Optional<Instant> answerBy() {
        return phase == Phase.PAUSED ? batches.flatMap(BatchProgress::answerBy) : Optional.empty();
    }

    /** A paused release whose pause has no end any more. */
    WatchToken unlimited() {
        return waitingFor(waiting, batches.map(BatchProgress::unlimited), record);
    }

    /** A paused release that somebody has let go on. */
    WatchToken approved() {
        return new WatchToken(
                Phase.RELEASE,
                waiting,
                previous,
                created,
                onFailure,
                record,
                batches.map(BatchProgress::approvedSoFar),
                suspended);
    }

    /** With an answer in the record, to be passed on to {@link ReleaseRun#continueFrom} or {@link ReleaseRun#rollBack}. */
    public WatchToken answered(ReleaseRecord.Answer answer) {
        return in(phase, record.withAnswer(answer));
    }

    /** The workloads that the release holds in a batch. */
    List<ObjectRef> held() {
        return batches.isEmpty()
                ? List.of()
                : waiting.targets().stream()
                        .filter(t -> t.goal().isPresent())
                        .map(WaitRequest.Target::ref)
                        .toList();
    }

    /** What its workloads are left in if nobody goes on with it, as a clause. */
    public String left() {
        return BatchWords.left(this);
    }

    /** What is remembered of a target; empty if it is none. */
    Optional<WaitRequest.Target> target(ObjectRef ref) {
        return waiting.targets().stream().filter(t -> t.ref().equals(ref)).findFirst();
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
