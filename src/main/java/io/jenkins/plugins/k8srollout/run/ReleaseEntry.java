package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One piece of work on the build page: an image, a release, an affinity or a wait. An ordinary class with plain fields,
 * because it is kept in the build's file; the summary inside is replaced, never changed. Thread-safe.
 */
public final class ReleaseEntry {
    /** The pieces of work there are. */
    public enum Kind {
        IMAGE,
        ROLLOUT,
        AFFINITY,
        WAIT,
        CONTINUE,
        ROLLBACK;

        /** Whether it is a release, or the rest of one. */
        boolean isRelease() {
            return this == ROLLOUT || this == CONTINUE || this == ROLLBACK;
        }

        /** For people, in their language. */
        public String getTitle() {
            return switch (this) {
                case IMAGE -> Messages.ReleaseEntry_image();
                case ROLLOUT -> Messages.ReleaseEntry_rollout();
                case AFFINITY -> Messages.ReleaseEntry_affinity();
                case WAIT -> Messages.ReleaseEntry_wait();
                case CONTINUE -> Messages.ReleaseEntry_continue();
                case ROLLBACK -> Messages.ReleaseEntry_rollback();
            };
        }
    }

    private final String id;
    private final Kind kind;
    private final String subject;
    private String cluster = "";
    private String namespace = "";
    private String outcome = "";
    private final long started;
    private long finished;
    private ReleaseSummary summary = new ReleaseSummary();
    // What the release goes on with while somebody is asked, or is led in the background; null otherwise.
    private String token;
    // Where the cluster keeps it; null and 0 for what is no release, or not kept.
    private String history;
    private long number;
    // Which release it is, and where the API server was; null in what older versions have kept.
    private String release;
    private String server;
    // Null in what older versions have kept. Replaced, never changed.
    private ArrayList<PauseAnswer> answers = new ArrayList<>();

    /** @param subject what it is about, as in an image's name; may be empty */
    ReleaseEntry(String id, Kind kind, String subject, Clock clock) {
        this.id = id;
        this.kind = kind;
        this.subject = subject;
        this.started = clock.millis();
    }

    /** Unique in the build. */
    public String getId() {
        return id;
    }

    String id() {
        return id;
    }

    /** Whether an answer is waited for; after an abort in the pause, too. */
    synchronized boolean isAnswerable() {
        return token != null
                && summary.getState() != State.RUNNING
                && WatchToken.decode(token).phase() == WatchToken.Phase.PAUSED;
    }

    /** Whether it is a release that one may want to return to, and that the cluster may keep. */
    synchronized boolean isRestorable() {
        return number > 0 && (outcome.equals("healthy") || outcome.equals("applied"));
    }

    synchronized void begin(String where, String within) {
        cluster = where;
        namespace = within;
        summary = new ReleaseSummary();
    }

    synchronized void change(UnaryOperator<ReleaseSummary> step) {
        summary = step.apply(summary);
    }

    synchronized void outcome(String word) {
        outcome = word;
    }

    synchronized String outcome() {
        return outcome;
    }

    synchronized void token(String text) {
        token = text;
    }

    /** What the release goes on with; empty text if it does not wait and is not led in the background. */
    synchronized String token() {
        return token == null ? "" : token;
    }

    synchronized void kept(ReleaseRecord record) {
        history = record.entry().history();
        number = record.entry().number();
        release = record.id();
        server = record.cluster();
        ArrayList<PauseAnswer> known = new ArrayList<>();
        record.answers().forEach(a -> known.add(new PauseAnswer(a)));
        answers = known;
    }

    /** Whether the cluster at an address is the one that it went to, as far as that is known. */
    synchronized boolean isAt(String address) {
        return server == null || server.equals(address);
    }

    /** The API server's address; null if it is not known. */
    synchronized String server() {
        return server;
    }

    /** Whether it returns to a release of the same history in the same place as another's, and asks nobody. */
    boolean isReturnWhere(ReleaseEntry to) {
        return kind == Kind.ROLLBACK
                && !isPaused()
                && getCluster().equals(to.getCluster())
                && getNamespace().equals(to.getNamespace())
                && subject.equals(to.getHistory());
    }

    /** Whether a kept release is this one, and not another of the same number, as far as that is known. */
    synchronized boolean is(ReleaseRecord kept) {
        return release == null || release.equals(kept.id());
    }

    /** @return whether this was the end; false if it had ended before */
    synchronized boolean end(UnaryOperator<ReleaseSummary> step) {
        if (isOver()) {
            return false;
        }
        finished = Clock.systemUTC().millis();
        summary = step.apply(summary);
        return true;
    }

    synchronized boolean isOver() {
        return summary.getState() != State.RUNNING && !isPaused();
    }

    // ---- for the pages

    public Kind getKind() {
        return kind;
    }

    public String getSubject() {
        return subject;
    }

    /** The configured name; empty text for an image. */
    public synchronized String getCluster() {
        return cluster;
    }

    public synchronized String getNamespace() {
        return namespace;
    }

    public synchronized ReleaseSummary getSummary() {
        return summary;
    }

    /** Whether somebody is asked whether the release goes on. */
    public synchronized boolean isPaused() {
        return summary.getState() == State.PAUSED;
    }

    /** Under which name the cluster keeps the release; empty text if it does not. */
    public synchronized String getHistory() {
        return history == null ? "" : history;
    }

    /** Its number in that history; 0 if the cluster does not keep it. */
    public synchronized long getNumber() {
        return number;
    }

    /** Who has answered its pauses so far, and how. */
    public synchronized List<PauseAnswer> getAnswers() {
        return answers == null ? List.of() : Collections.unmodifiableList(answers);
    }

    public Date getStarted() {
        return new Date(started);
    }

    /** How long it took, or has taken so far; zero for what was cut off with Jenkins itself. */
    synchronized Duration tookUntil(Instant now) {
        long end = finished == 0 ? now.toEpochMilli() : finished;
        return Duration.ofMillis(Math.max(0, end - started));
    }

    /** In the log's words; empty text until it has ended. */
    public synchronized String getTook() {
        return finished == 0 ? "" : ProgressText.took(Duration.ofMillis(finished - started));
    }
}
