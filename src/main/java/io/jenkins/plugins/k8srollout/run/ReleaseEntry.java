package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
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
        WAIT;

        /** For people, in their language. */
        public String getTitle() {
            return switch (this) {
                case IMAGE -> Messages.ReleaseEntry_image();
                case ROLLOUT -> Messages.ReleaseEntry_rollout();
                case AFFINITY -> Messages.ReleaseEntry_affinity();
                case WAIT -> Messages.ReleaseEntry_wait();
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

    /** @param subject what it is about, as in an image's name; may be empty */
    ReleaseEntry(String id, Kind kind, String subject, Clock clock) {
        this.id = id;
        this.kind = kind;
        this.subject = subject;
        this.started = clock.millis();
    }

    String id() {
        return id;
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

    /** @return whether this was the end; false if it had ended before */
    synchronized boolean end(UnaryOperator<ReleaseSummary> step) {
        if (!isRunning()) {
            return false;
        }
        finished = Clock.systemUTC().millis();
        summary = step.apply(summary);
        return true;
    }

    synchronized boolean isRunning() {
        return summary.getState() == State.RUNNING;
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

    public Date getStarted() {
        return new Date(started);
    }

    /** In the log's words; empty text until it has ended. */
    public synchronized String getTook() {
        return finished == 0 ? "" : ProgressText.took(Duration.ofMillis(finished - started));
    }
}
