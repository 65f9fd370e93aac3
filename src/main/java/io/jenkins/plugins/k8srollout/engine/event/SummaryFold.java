package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.BuiltImage;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Cause;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Excerpt;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.ObjectLine;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Remark;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Replacement;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Scan;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Stage;
import io.jenkins.plugins.k8srollout.engine.event.SummaryEntries.Weakness;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Folds events into a {@link ReleaseSummary}. Pure: each step makes a new summary. A build's file is read whole with
 * every look at the build, so the summary stays small whatever a release does.
 */
public final class SummaryFold {
    /** Entries of each kind. */
    static final int ENTRIES = 200;

    /** Characters of one text. */
    static final int TEXT = 2_000;

    /** Characters of one diff, and of all diffs together. */
    static final int DIFF = 20_000;

    static final int ALL_DIFFS = 200_000;

    /** Lines of a container's log: the last ones. */
    static final int LOG_LINES = 100;

    private static final String CUT = " …";

    private final UnaryOperator<String> mask;

    // One row per event, so that a test sees an event that is forgotten here.
    private final Map<Class<? extends ProgressEvent>, Step<ProgressEvent>> steps = Map.ofEntries(
            row(ProgressEvent.StageStarted.class, this::stageStarted),
            row(ProgressEvent.StageFinished.class, this::stageFinished),
            row(ProgressEvent.Notice.class, (s, e) -> remark(s, e.severity(), "", "", e.text(), "")),
            row(ProgressEvent.Checked.class, (s, e) -> finding(s, e.finding())),
            row(ProgressEvent.Upgraded.class, this::upgraded),
            row(ProgressEvent.ImageReplaced.class, this::imageReplaced),
            row(ProgressEvent.Applied.class, this::applied),
            row(ProgressEvent.HealthChanged.class, this::healthChanged),
            row(ProgressEvent.CauseSeen.class, (s, e) -> cause(s, e.cause())),
            row(ProgressEvent.LogExcerpt.class, this::logExcerpt),
            row(ProgressEvent.RollingBack.class, this::rollingBack),
            row(ProgressEvent.ImageReady.class, this::imageReady),
            row(ProgressEvent.Scanned.class, this::scanned),
            // The log alone tells these: there are many, and none of them is a result.
            row(ProgressEvent.Retrying.class, (s, e) -> {}),
            row(ProgressEvent.LayerReady.class, (s, e) -> {}),
            row(ProgressEvent.BlobStored.class, (s, e) -> {}),
            row(ProgressEvent.BuilderOutput.class, (s, e) -> {}));

    private interface Step<E extends ProgressEvent> {
        void apply(ReleaseSummary summary, E event);
    }

    /** @param mask hides what must not be shown; given every text that is kept */
    public SummaryFold(UnaryOperator<String> mask) {
        this.mask = mask;
    }

    private static <E extends ProgressEvent> Map.Entry<Class<? extends ProgressEvent>, Step<ProgressEvent>> row(
            Class<E> type, Step<E> step) {
        return Map.entry(type, (summary, event) -> step.apply(summary, type.cast(event)));
    }

    /** The summary after an event. */
    public ReleaseSummary fold(ReleaseSummary summary, ProgressEvent event) {
        ReleaseSummary next = new ReleaseSummary(summary);
        steps.get(event.getClass()).apply(next, event);
        return next;
    }

    /**
     * The summary after the end. A stage that still runs ends with it.
     *
     * @param outcome one word, as in {@code healthy}
     * @param reason why it is not what was wanted; empty text if it is
     */
    public ReleaseSummary end(ReleaseSummary summary, State state, String outcome, String reason) {
        ReleaseSummary next = new ReleaseSummary(summary);
        next.state = state;
        next.outcome = text(outcome);
        next.reason = cut(mask.apply(reason), DIFF);
        next.stages.replaceAll(stage -> stage.getState() == State.RUNNING ? stage.ended(state, -1) : stage);
        return next;
    }

    /** The summary while somebody is asked whether the work goes on. */
    public ReleaseSummary pause(ReleaseSummary summary) {
        return standing(summary, State.PAUSED);
    }

    /** The summary of work that goes on. */
    public ReleaseSummary goOn(ReleaseSummary summary) {
        return standing(summary, State.RUNNING);
    }

    private static ReleaseSummary standing(ReleaseSummary summary, State state) {
        ReleaseSummary next = new ReleaseSummary(summary);
        next.state = state;
        next.outcome = "";
        next.reason = "";
        return next;
    }

    private void stageStarted(ReleaseSummary s, ProgressEvent.StageStarted e) {
        add(s, s.stages, new Stage(text(e.stage()), text(e.detail()), State.RUNNING, -1));
    }

    private void stageFinished(ReleaseSummary s, ProgressEvent.StageFinished e) {
        State end = e.success() ? State.SUCCESS : State.FAILURE;
        String name = text(e.stage());
        for (int i = s.stages.size() - 1; i >= 0; i--) {
            Stage stage = s.stages.get(i);
            if (stage.getName().equals(name) && stage.getState() == State.RUNNING) {
                s.stages.set(i, stage.ended(end, e.took().toMillis()));
                return;
            }
        }
        add(s, s.stages, new Stage(name, "", end, e.took().toMillis()));
    }

    private void finding(ReleaseSummary s, Finding f) {
        String place = f.line() > 0 ? f.file() + ":" + f.line() : f.file();
        remark(s, f.severity(), place, f.object(), f.message() + " [" + f.rule() + "]", f.fix());
    }

    private void remark(
            ReleaseSummary s, Finding.Severity severity, String place, String object, String text, String fix) {
        add(s, s.remarks, new Remark(severity.word(), text(place), text(object), text(text), text(fix)));
    }

    private void upgraded(ReleaseSummary s, ProgressEvent.Upgraded e) {
        add(
                s,
                s.upgrades,
                new Replacement(text(e.object().toString()), "", text(e.from()), text(e.to()), diff(s, e.diff())));
    }

    private void imageReplaced(ReleaseSummary s, ProgressEvent.ImageReplaced e) {
        add(
                s,
                s.images,
                new Replacement(text(e.object().toString()), text(e.container()), text(e.from()), text(e.to()), ""));
    }

    private void applied(ReleaseSummary s, ProgressEvent.Applied e) {
        String change = e.change().name().toLowerCase(Locale.ROOT);
        add(s, s.objects, new ObjectLine(text(e.object().toString()), change, diff(s, e.diff())));
    }

    private void healthChanged(ReleaseSummary s, ProgressEvent.HealthChanged e) {
        ObjectLine line =
                new ObjectLine(text(e.object().toString()), ReleaseSummary.word(e.state()), text(e.message()));
        for (int i = 0; i < s.health.size(); i++) {
            if (s.health.get(i).getObject().equals(line.getObject())) {
                s.health.set(i, line);
                return;
            }
        }
        add(s, s.health, line);
    }

    private void cause(ReleaseSummary s, Health.Cause c) {
        boolean decisive = c.weight() != Health.Weight.WAITING;
        add(
                s,
                s.causes,
                new Cause(
                        decisive,
                        text(c.code()),
                        text(c.object().toString()),
                        text(c.container()),
                        text(c.detail()),
                        text(c.remedy())));
    }

    private void logExcerpt(ReleaseSummary s, ProgressEvent.LogExcerpt e) {
        List<String> last = e.lines()
                .subList(Math.max(0, e.lines().size() - LOG_LINES), e.lines().size());
        String lines = last.stream().map(this::text).collect(Collectors.joining("\n"));
        add(s, s.logs, new Excerpt(text(e.pod().toString()), text(e.container()), e.previous(), lines));
    }

    private void rollingBack(ReleaseSummary s, ProgressEvent.RollingBack e) {
        add(s, s.objects, new ObjectLine(text(e.object().toString()), ReleaseSummary.ROLLED_BACK, text(e.to())));
    }

    private void imageReady(ReleaseSummary s, ProgressEvent.ImageReady e) {
        add(
                s,
                s.built,
                new BuiltImage(
                        e.names().stream().limit(ENTRIES).map(this::text).toList(),
                        e.digest().toString(),
                        e.bytes(),
                        e.pushedBytes()));
    }

    private void scanned(ReleaseSummary s, ProgressEvent.Scanned e) {
        ScanResult result = e.result();
        for (Vulnerability found : result.findings()) {
            if (s.vulnerabilities.size() < ENTRIES) {
                s.vulnerabilities.add(new Weakness(
                        result.blocks(found),
                        found.severity().word(),
                        text(found.id()),
                        text(found.artifact()),
                        text(found.version()),
                        text(found.fixVersion()),
                        text(found.link())));
            }
        }
        add(
                s,
                s.scans,
                new Scan(
                        text(result.image()),
                        text(result.scanner()),
                        result.threshold().word(),
                        result.countsText(),
                        result.total(),
                        result.blocking(),
                        text(String.join(", ", result.accepted()))));
    }

    private static <T> void add(ReleaseSummary s, List<T> entries, T entry) {
        if (entries.size() < ENTRIES) {
            entries.add(entry);
        } else {
            s.omitted++;
        }
    }

    private String text(String given) {
        return cut(mask.apply(given), TEXT);
    }

    private String diff(ReleaseSummary s, String given) {
        int used = s.objects.stream().mapToInt(o -> o.getText().length()).sum()
                + s.upgrades.stream().mapToInt(u -> u.getDiff().length()).sum();
        return cut(mask.apply(given), Math.max(0, Math.min(DIFF, ALL_DIFFS - used)));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + CUT;
    }
}
