package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.event.SummaryFold;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where a build's work is told: each event goes to the log and to the entry on the build page, so that the two cannot
 * disagree. The build is saved when a phase begins or ends, and when it is known why pods do not run. Thread-safe.
 */
public final class BuildLog implements ProgressSink {
    private static final Logger LOGGER = Logger.getLogger(BuildLog.class.getName());
    private static final Set<Class<? extends ProgressEvent>> PHASES =
            Set.of(ProgressEvent.StageStarted.class, ProgressEvent.StageFinished.class, ProgressEvent.CauseSeen.class);

    private final Run<?, ?> build;
    private final ListenerSink lines;
    private final ReleaseEntry entry;
    private final SummaryFold fold;
    private final boolean excerpts;
    private volatile boolean handedOver;
    private volatile boolean forgotten;

    /**
     * @param entry as {@link ReleaseAction#entry} gives it
     * @param mask what the log hides, as {@link LogMask}
     */
    public BuildLog(Run<?, ?> build, TaskListener listener, ReleaseEntry entry, UnaryOperator<String> mask) {
        this(build, listener, entry, mask, true);
    }

    /**
     * For work that goes on after its build. The build's masks are gone by then, so that what containers print and how
     * objects differ is left out.
     */
    static BuildLog afterBuild(Run<?, ?> build, ReleaseEntry entry) {
        return new BuildLog(build, LaterLog.listener(build), entry, UnaryOperator.identity(), false);
    }

    private BuildLog(
            Run<?, ?> build, TaskListener listener, ReleaseEntry entry, UnaryOperator<String> mask, boolean excerpts) {
        this.build = build;
        this.lines = new ListenerSink(listener);
        this.entry = entry;
        this.fold = new SummaryFold(mask);
        this.excerpts = excerpts;
    }

    @Override
    public void accept(ProgressEvent event) {
        if (!excerpts && event instanceof ProgressEvent.LogExcerpt) {
            return;
        }
        ProgressEvent shown = excerpts ? event : withoutContents(event);
        lines.accept(shown);
        show(shown);
    }

    // What a build's masks would hide may stand in what is applied.
    private static ProgressEvent withoutContents(ProgressEvent event) {
        return event instanceof ProgressEvent.Applied applied
                ? new ProgressEvent.Applied(applied.object(), applied.change(), applied.dryRun(), "")
                : event;
    }

    /** For the page alone: where the log has it from an agent already. */
    void show(ProgressEvent event) {
        entry.change(summary -> fold.fold(summary, event));
        if (PHASES.contains(event.getClass()) || entry.isOver()) {
            save();
        }
    }

    /** The work begins, or begins anew after a restart: what the page has of it so far is over. */
    void begin(String cluster, String namespace) {
        entry.begin(cluster, namespace);
        save();
    }

    /** A word for the end, should it be a failure, as in {@code rolled-back}. */
    void outcome(String word) {
        entry.outcome(word);
    }

    /** Where the release stands in its history, and what it goes on with should somebody else have to. */
    void release(WatchToken token) {
        entry.kept(token.record());
        entry.token(token.encode());
    }

    /** The release has come to its end, or to a pause that nobody waits in here. */
    void ended(ReleaseRecord record) {
        outcome(ReleaseResult.word(record.outcome()));
        entry.kept(record);
        if (record.outcome() != Outcome.PAUSED && !EngineServices.get().isClosing()) {
            entry.token(null);
        }
    }

    /** Somebody is asked whether the release goes on. */
    void pause(WatchToken token) {
        release(token);
        entry.change(fold::pause);
        save();
    }

    /** The question has been answered. */
    void goOn() {
        entry.change(fold::goOn);
        save();
    }

    /** The build ends without it: others lead the work, and tell its end. */
    void handOver() {
        handedOver = true;
    }

    /** The entry it writes. */
    ReleaseEntry entry() {
        return entry;
    }

    /**
     * The work has ended; later calls but the first do nothing.
     *
     * @param reason why it is not what was wanted; empty text if it is
     */
    public void end(State state, String reason) {
        if (!handedOver && entry.end(summary -> fold.end(summary, state, entry.outcome(), reason))) {
            save();
        }
    }

    public TaskListener listener() {
        return lines.listener();
    }

    /** The last line written; empty text before the first. */
    public String last() {
        return lines.last();
    }

    /** The build is gone, and must not come back by being saved. */
    void forget() {
        forgotten = true;
    }

    void save() {
        if (forgotten) {
            return;
        }
        try {
            build.save();
        } catch (IOException e) {
            // The log has it all; the page is shown from memory until Jenkins ends.
            LOGGER.log(Level.WARNING, e, () -> "Cannot save the release of " + build);
        }
    }
}
