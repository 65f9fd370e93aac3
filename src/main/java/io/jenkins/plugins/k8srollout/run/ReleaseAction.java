package io.jenkins.plugins.k8srollout.run;

import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.User;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

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
        return state == State.RUNNING
                        && run != null
                        && !run.isBuilding()
                        && !BackgroundReleases.get().leads(entry)
                ? State.ABORTED
                : state;
    }

    /** Jenkins' own symbol for a state. */
    public String iconOf(State state) {
        return switch (state) {
            case RUNNING -> "symbol-status-blue-anime";
            case PAUSED -> "symbol-status-yellow";
            case SUCCESS -> "symbol-status-blue";
            case FAILURE -> "symbol-status-red";
            case ABORTED -> "symbol-status-aborted";
        };
    }

    /** A state in the reader's language. */
    public String wordOf(State state) {
        return word(state);
    }

    static String word(State state) {
        return switch (state) {
            case RUNNING -> Messages.ReleaseAction_running();
            case PAUSED -> Messages.ReleaseAction_paused();
            case SUCCESS -> Messages.ReleaseAction_success();
            case FAILURE -> Messages.ReleaseAction_failure();
            case ABORTED -> Messages.ReleaseAction_aborted();
        };
    }

    /** What was told of its releases after the build had ended; empty text if nothing was. */
    public String getLaterLog() {
        return LaterLog.read(run);
    }

    // ---- answers: whoever may have the job release may also have it go on with a release, or return to one

    /** Whether to offer the reader to answer. */
    public boolean isAnswerable(ReleaseEntry entry) {
        return mayRelease() && entry.isAnswerable();
    }

    /** Whether to offer the reader to return to this release. */
    public boolean isRestorable(ReleaseEntry entry) {
        return mayRelease() && entry.isRestorable();
    }

    private boolean mayRelease() {
        return run != null && run.getParent().hasPermission(Item.BUILD);
    }

    /** Lets a paused release go on. */
    @RequirePOST
    public HttpResponse doContinue(@QueryParameter String entry) {
        return answer(entry, Answer.CONTINUE);
    }

    /** Has a paused release undone. */
    @RequirePOST
    public HttpResponse doRollback(@QueryParameter String entry) {
        return answer(entry, Answer.ROLLBACK);
    }

    /** Returns to a release that the cluster keeps, without a build. */
    @RequirePOST
    public HttpResponse doReturnTo(@QueryParameter String entry) {
        ReleaseEntry target = entryToAnswer(entry);
        if (!target.isRestorable()) {
            throw new Failure(Messages.ReleaseAction_notKept());
        }
        BackgroundReleases.get().startReturn(run, target, who()).ifPresent(other -> {
            throw new Failure(Messages.ReleaseAction_returning(
                    other.getFullDisplayName(), target.getHistory(), target.getNamespace()));
        });
        return HttpResponses.redirectToDot();
    }

    private HttpResponse answer(String id, Answer answer) {
        ReleaseEntry entry = entryToAnswer(id);
        if (!entry.isAnswerable()) {
            throw new Failure(Messages.ReleaseAction_notPaused());
        }
        BackgroundReleases.get().answer(run, entry, answer, who()).ifPresent(reason -> {
            throw new Failure(reason);
        });
        return HttpResponses.redirectToDot();
    }

    private ReleaseEntry entryToAnswer(String id) {
        run.getParent().checkPermission(Item.BUILD);
        return getEntries().stream()
                .filter(e -> e.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Failure(Messages.ReleaseAction_notPaused()));
    }

    private static String who() {
        User user = User.current();
        return user == null ? Jenkins.ANONYMOUS2.getName() : user.getId();
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
