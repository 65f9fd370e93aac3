package io.jenkins.plugins.k8srollout.run;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.TransientActionFactory;

/** The releases of a job's last builds, as a chart and a table. */
public final class ReleaseHistory implements Action {
    /** Builds looked at; each may have to be read from disk. */
    private static final int BUILDS = 30;

    private static final int ROWS_ON_THE_JOB_PAGE = 5;

    private final Job<?, ?> job;

    private ReleaseHistory(Job<?, ?> job) {
        this.job = job;
    }

    public Job<?, ?> getJob() {
        return job;
    }

    /** The actions of the builds that have any, newest first. */
    public List<ReleaseAction> getReleases() {
        return releases(BUILDS);
    }

    /** As {@link #getReleases}, a few only. */
    public List<ReleaseAction> getLastReleases() {
        return releases(ROWS_ON_THE_JOB_PAGE);
    }

    /** How long they took, without images, affinities and waits. */
    public ReleaseChart getChart() {
        List<ReleaseChart.Item> items = new ArrayList<>();
        List<ReleaseAction> actions = getReleases();
        Collections.reverse(actions);
        for (ReleaseAction action : actions) {
            action.getEntries().stream()
                    .filter(entry -> entry.getKind().isRelease())
                    .forEach(entry -> items.add(item(action, entry)));
        }
        return new ReleaseChart(items);
    }

    private static ReleaseChart.Item item(ReleaseAction action, ReleaseEntry entry) {
        Run<?, ?> build = action.getRun();
        State state = action.stateOf(entry);
        Duration took = entry.tookUntil(Instant.now());
        String outcome = entry.getSummary().getOutcome();
        String text = build.getDisplayName() + ": " + entry.getKind().getTitle() + " " + entry.getSubject() + ", "
                + (outcome.isEmpty() ? ReleaseAction.word(state) : outcome) + ", " + ProgressText.took(took);
        return new ReleaseChart.Item(
                state, took, "#" + build.getNumber(), build.getUrl() + ReleaseAction.URL + "/", text);
    }

    /** A state in the reader's language. */
    public String wordOf(State state) {
        return ReleaseAction.word(state);
    }

    private List<ReleaseAction> releases(int rows) {
        List<ReleaseAction> found = new ArrayList<>();
        int seen = 0;
        for (Run<?, ?> build : job.getBuilds()) {
            if (++seen > BUILDS || found.size() == rows) {
                break;
            }
            ReleaseAction action = build.getAction(ReleaseAction.class);
            if (action != null && !action.getEntries().isEmpty()) {
                found.add(action);
            }
        }
        return found;
    }

    @Override
    public String getIconFileName() {
        return ReleaseAction.ICON;
    }

    @Override
    public String getDisplayName() {
        return Messages.ReleaseHistory_displayName();
    }

    @Override
    public String getUrlName() {
        return ReleaseAction.URL;
    }

    /** Gives jobs the page whose newest builds use this plugin. Asked often, so it looks at few builds. */
    @Extension
    @SuppressWarnings("rawtypes") // as the extension point has it
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Class<? extends Action> actionType() {
            return ReleaseHistory.class; // without it, every question for any action would read builds from disk
        }

        @Override
        public Collection<? extends Action> createFor(Job target) {
            Job<?, ?> job = target;
            boolean releases = Stream.of(job.getLastBuild(), job.getLastCompletedBuild(), job.getLastSuccessfulBuild())
                    .filter(Objects::nonNull)
                    .map(build -> build.getAction(ReleaseAction.class))
                    .anyMatch(action -> action != null && action.getIconFileName() != null);
            return releases ? List.of(new ReleaseHistory(job)) : List.of();
        }
    }
}
