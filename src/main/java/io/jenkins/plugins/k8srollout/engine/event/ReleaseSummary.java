package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.BuiltImage;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Cause;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Excerpt;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.ObjectLine;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Remark;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Replacement;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Scan;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Stage;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Weakness;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a page shows of one piece of work: the events folded to their result. Immutable, so that it can be read and saved
 * while the work goes on; an ordinary class with plain fields, because builds keep it in their file.
 *
 * <p>Its size is bounded ({@link SummaryFold}); what found no room is counted. Events hold no Secret data, so this holds
 * none either; what a container writes is not known to be free of secrets, so texts pass a mask first.
 */
public final class ReleaseSummary {
    /** How a piece of work, or a stage of it, stands. */
    public enum State {
        RUNNING,
        /** Somebody is asked whether it goes on. */
        PAUSED,
        SUCCESS,
        FAILURE,
        /** Somebody ended it. */
        ABORTED
    }

    /** What became of an object that was returned to an earlier revision. */
    static final String ROLLED_BACK = "rolled-back";

    final ArrayList<Stage> stages;
    final ArrayList<ObjectLine> objects;
    final ArrayList<Replacement> upgrades;
    final ArrayList<Replacement> images;
    final ArrayList<BuiltImage> built;
    // Null in builds of versions without scans.
    final ArrayList<Scan> scans;
    final ArrayList<Weakness> vulnerabilities;
    final ArrayList<Remark> remarks;
    final ArrayList<ObjectLine> health;
    final ArrayList<Cause> causes;
    final ArrayList<Excerpt> logs;
    State state;
    String outcome;
    String reason;
    int omitted;

    /** Nothing has happened yet. */
    public ReleaseSummary() {
        stages = new ArrayList<>();
        objects = new ArrayList<>();
        upgrades = new ArrayList<>();
        images = new ArrayList<>();
        built = new ArrayList<>();
        scans = new ArrayList<>();
        vulnerabilities = new ArrayList<>();
        remarks = new ArrayList<>();
        health = new ArrayList<>();
        causes = new ArrayList<>();
        logs = new ArrayList<>();
        state = State.RUNNING;
        outcome = "";
        reason = "";
    }

    /** A copy for {@link SummaryFold} to change before anybody else sees it. */
    ReleaseSummary(ReleaseSummary other) {
        stages = new ArrayList<>(other.stages);
        objects = new ArrayList<>(other.objects);
        upgrades = new ArrayList<>(other.upgrades);
        images = new ArrayList<>(other.images);
        built = new ArrayList<>(other.built);
        scans = new ArrayList<>(other.getScans());
        vulnerabilities = new ArrayList<>(other.getVulnerabilities());
        remarks = new ArrayList<>(other.remarks);
        health = new ArrayList<>(other.health);
        causes = new ArrayList<>(other.causes);
        logs = new ArrayList<>(other.logs);
        state = other.state;
        outcome = other.outcome;
        reason = other.reason;
        omitted = other.omitted;
    }

    /** In the order of their beginning. */
    public List<Stage> getStages() {
        return Collections.unmodifiableList(stages);
    }

    /** What the server did with each object, in order; the text is a diff. */
    public List<ObjectLine> getObjects() {
        return Collections.unmodifiableList(objects);
    }

    /** Objects that were rewritten for the versions that the cluster serves. */
    public List<Replacement> getUpgrades() {
        return Collections.unmodifiableList(upgrades);
    }

    /** Containers' new images. */
    public List<Replacement> getImages() {
        return Collections.unmodifiableList(images);
    }

    public List<BuiltImage> getBuilt() {
        return Collections.unmodifiableList(built);
    }

    public List<Scan> getScans() {
        return scans == null ? List.of() : Collections.unmodifiableList(scans);
    }

    /** The worst that the scans have found. */
    public List<Weakness> getVulnerabilities() {
        return vulnerabilities == null ? List.of() : Collections.unmodifiableList(vulnerabilities);
    }

    /** Findings of the manifest check, and remarks. */
    public List<Remark> getRemarks() {
        return Collections.unmodifiableList(remarks);
    }

    /** The last known health of each object. */
    public List<ObjectLine> getHealth() {
        return Collections.unmodifiableList(health);
    }

    /** In the order they were seen. */
    public List<Cause> getCauses() {
        return Collections.unmodifiableList(causes);
    }

    public List<Excerpt> getLogs() {
        return Collections.unmodifiableList(logs);
    }

    public State getState() {
        return state;
    }

    /** A word for the end, as in {@code healthy} or {@code rolled-back}; empty text while the work goes on. */
    public String getOutcome() {
        return outcome;
    }

    /** Why it is not what was wanted, with the remedy; empty text if it is. */
    public String getReason() {
        return reason;
    }

    /** How many entries found no room here; the log has them. */
    public int getOmitted() {
        return omitted;
    }

    /** What ended it, or would end it: the first cause that is more than a wait. */
    public Optional<Cause> decisiveCause() {
        return causes.stream().filter(Cause::isDecisive).findFirst();
    }

    /** For lists of releases: how many objects the release has created, changed or deleted; what was undone counts, too. */
    public long getChangedObjects() {
        return objects.stream()
                .filter(o -> !o.getWhat().equals("unchanged") && !o.getWhat().equals(ROLLED_BACK))
                .count();
    }

    static String word(Health.State state) {
        return switch (state) {
            case HEALTHY -> "healthy";
            case PROGRESSING -> "waiting";
            case FAILED -> "failed";
            case ABSENT -> "absent";
            case UNKNOWN -> "unknown";
        };
    }
}
