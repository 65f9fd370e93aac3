package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a release was and what became of it. Immutable; holds no secrets.
 *
 * @param id tells releases apart, across clusters
 * @param namespace where it went
 * @param cluster the API server's address
 * @param changeCause as given; may be empty
 * @param started when it began; after a resume, still the first beginning
 * @param finished when it ended
 * @param outcome how it ended
 * @param objects what was applied, in order; in a dry run, what would have been; in what is saved before it is applied,
 *     what is going to be
 * @param images containers whose image was replaced
 * @param upgrades objects that were rewritten for the cluster
 * @param findings what the manifest check has found
 * @param configHashes hash of the configuration each workload uses
 * @param health the last known health of what was waited for
 * @param cause what decided a failure; empty if there was none, or none that can be named
 * @param problem why the outcome is not what was wanted; empty if it is
 * @param stages what was done when, in order
 * @param answers to its pauses, in order, and to what it was left in when it was interrupted
 * @param entry where it stands in the history that the cluster keeps
 */
public record ReleaseRecord(
        String id,
        String namespace,
        String cluster,
        String changeCause,
        Instant started,
        Instant finished,
        Outcome outcome,
        List<ObjectChange> objects,
        List<ImageChange> images,
        List<VersionChange> upgrades,
        List<Finding> findings,
        Map<ObjectRef, String> configHashes,
        Map<ObjectRef, Health> health,
        Optional<Health.Cause> cause,
        Optional<Problem> problem,
        List<Stage> stages,
        List<Answer> answers,
        HistoryEntry entry) {

    public enum Outcome {
        /** Applied and healthy, or nothing among it whose health could be judged. */
        HEALTHY,
        /** Failed, and the workloads are healthy again at their previous revision. */
        ROLLED_BACK,
        /** Failed; {@link #problem} says what is left. */
        FAILED,
        /** Failed, and the rollout is paused where it stood. */
        HELD,
        /** The server was only asked. */
        DRY_RUN,
        /** Applied; nobody waited. */
        APPLIED,
        /** Somebody ended it; {@link #problem} says what is left. */
        CANCELLED,
        /** A batch is done, and somebody is to say whether it goes on; nothing has failed. */
        PAUSED,
        /** Not ended: the state that is saved while waiting. */
        RUNNING
    }

    /** What the server did with one object. */
    public record ObjectChange(ObjectRef object, Change change) {}

    /** A container's new image. */
    public record ImageChange(ObjectRef object, String container, String from, String to) {}

    /** An object's new API version. */
    public record VersionChange(ObjectRef object, String from, String to) {}

    /** One stage of the work. */
    public record Stage(String name, boolean success, Duration took) {}

    /**
     * What somebody has decided about a release that waited.
     *
     * @param by who or what, as {@link HistoryEntry#startedBy}; may be empty
     */
    public record Answer(Instant at, String by, Decision decision) {}

    /** What can be decided. */
    public enum Decision {
        CONTINUE,
        ROLLBACK
    }

    /**
     * A release's place in the history of its application.
     *
     * @param history the history's name; empty text before it is known
     * @param number counts the releases of that history; 0 for one that the cluster does not keep
     * @param startedBy who or what has started it; may be empty
     * @param returnsTo the number of the release that this one returns to; 0 if it does not
     */
    public record HistoryEntry(String history, long number, String startedBy, long returnsTo) {
        public static final HistoryEntry NONE = new HistoryEntry("", 0, "", 0);

        public boolean isKept() {
            return number > 0;
        }

        HistoryEntry numbered(String name, long other) {
            return new HistoryEntry(name, other, startedBy, returnsTo);
        }
    }

    public ReleaseRecord {
        objects = List.copyOf(objects);
        images = List.copyOf(images);
        upgrades = List.copyOf(upgrades);
        findings = List.copyOf(findings);
        configHashes = Collections.unmodifiableMap(new LinkedHashMap<>(configHashes));
        health = Collections.unmodifiableMap(new LinkedHashMap<>(health));
        stages = List.copyOf(stages);
        answers = List.copyOf(answers);
    }

    ReleaseRecord withObjects(List<ObjectChange> other) {
        return with(other, answers, entry);
    }

    ReleaseRecord withEntry(HistoryEntry other) {
        return with(objects, answers, other);
    }

    ReleaseRecord withAnswer(Answer answer) {
        List<Answer> more = new ArrayList<>(answers);
        more.add(answer);
        return with(objects, more, entry);
    }

    private ReleaseRecord with(List<ObjectChange> changes, List<Answer> decided, HistoryEntry place) {
        return new ReleaseRecord(
                id,
                namespace,
                cluster,
                changeCause,
                started,
                finished,
                outcome,
                changes,
                images,
                upgrades,
                findings,
                configHashes,
                health,
                cause,
                problem,
                stages,
                decided,
                place);
    }

    /** Whether the release ended as it was asked for. */
    public boolean isSuccess() {
        return outcome == Outcome.HEALTHY || outcome == Outcome.DRY_RUN || outcome == Outcome.APPLIED;
    }

    public Duration took() {
        return Duration.between(started, finished);
    }

    /** The record for people and programs, as a JSON object over several lines. */
    public String toJson() {
        return ReleaseRecordText.pretty(this);
    }

    /** @throws ReleaseException (refused input) for text that {@link #toJson} has not written */
    public static ReleaseRecord fromJson(String json) {
        return ReleaseRecordText.read(json);
    }
}
