package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jenkins.model.RunAction2;

/**
 * What a build has done with this plugin: its page, and what {@code waitHealthy} waits for. An ordinary class with plain
 * fields, because it is kept in the build's file.
 */
public final class ReleaseAction implements RunAction2 {
    static final String URL = "kubernetes-rollout";
    static final String ICON = "symbol-rollout plugin-kubernetes-rollout";

    private static final Object ADDING = new Object();

    private transient Run<?, ?> run;

    // Of the last release, as Released has them; null before the first.
    private String cluster;
    private String namespace;
    private String targets;

    // In the order of their beginning; null in builds that older versions have saved. Replaced, never changed.
    private ArrayList<ReleaseEntry> entries = new ArrayList<>();

    /** The build's, made with the first call. */
    public static ReleaseAction of(Run<?, ?> build) {
        synchronized (ADDING) {
            ReleaseAction action = build.getAction(ReleaseAction.class);
            if (action == null) {
                action = new ReleaseAction();
                build.addAction(action);
            }
            return action;
        }
    }

    /**
     * The entry of a piece of work, made with the first call.
     *
     * @param id unique in the build; the same after a restart
     * @param subject what it is about, as in an image's name; may be empty
     */
    public synchronized ReleaseEntry entry(String id, ReleaseEntry.Kind kind, String subject) {
        for (ReleaseEntry known : getEntries()) {
            if (known.id().equals(id)) {
                return known;
            }
        }
        ReleaseEntry entry = new ReleaseEntry(id, kind, subject, Clock.systemUTC());
        ArrayList<ReleaseEntry> more = new ArrayList<>(getEntries());
        more.add(entry);
        entries = more;
        return entry;
    }

    synchronized void released(Released last) {
        cluster = last.cluster();
        namespace = last.namespace();
        targets = last.targets();
    }

    static Optional<Released> lastOf(Run<?, ?> build) {
        return Optional.ofNullable(build.getAction(ReleaseAction.class)).flatMap(ReleaseAction::last);
    }

    private synchronized Optional<Released> last() {
        return targets == null ? Optional.empty() : Optional.of(new Released(cluster, namespace, targets));
    }

    // ---- the page

    public synchronized List<ReleaseEntry> getEntries() {
        return entries == null ? List.of() : Collections.unmodifiableList(entries);
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** How an entry stands. A build that was cut off with Jenkins itself leaves entries that seem to run. */
    public State stateOf(ReleaseEntry entry) {
        State state = entry.getSummary().getState();
        return state == State.RUNNING && run != null && !run.isBuilding() ? State.ABORTED : state;
    }

    /** Jenkins' own symbol for a state. */
    public String iconOf(State state) {
        return switch (state) {
            case RUNNING -> "symbol-status-blue-anime";
            case SUCCESS -> "symbol-status-blue";
            case FAILURE -> "symbol-status-red";
            case ABORTED -> "symbol-status-aborted";
        };
    }

    /** A state in the reader's language. */
    public String wordOf(State state) {
        return switch (state) {
            case RUNNING -> Messages.ReleaseAction_running();
            case SUCCESS -> Messages.ReleaseAction_success();
            case FAILURE -> Messages.ReleaseAction_failure();
            case ABORTED -> Messages.ReleaseAction_aborted();
        };
    }

    public List<DiffLine> diff(String text) {
        return DiffLine.of(text);
    }

    @Override
    public void onAttached(Run<?, ?> build) {
        run = build;
    }

    @Override
    public void onLoad(Run<?, ?> build) {
        run = build;
    }

    @Override
    public String getIconFileName() {
        return getEntries().isEmpty() ? null : ICON;
    }

    @Override
    public String getDisplayName() {
        return getEntries().isEmpty() ? null : Messages.ReleaseAction_displayName();
    }

    @Override
    public String getUrlName() {
        return getEntries().isEmpty() ? null : URL;
    }
}
