package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Events as lines for people: the same words in a build log, on a terminal and in a pipe. Pure.
 */
public final class ProgressText {
    private static final int DIGEST_DIGITS = 12;
    private static final double KILO = 1000;

    // One row per event, so that a new event without words is seen by the test that reads the sealed interface.
    private static final Map<Class<? extends ProgressEvent>, Function<ProgressEvent, List<String>>> WORDS =
            Map.ofEntries(
                    row(ProgressEvent.StageStarted.class, ProgressText::stageStarted),
                    row(ProgressEvent.StageFinished.class, ProgressText::stageFinished),
                    row(ProgressEvent.Notice.class, e -> List.of(e.severity().word() + ": " + e.text())),
                    row(ProgressEvent.Checked.class, e -> List.of(e.finding().summary())),
                    row(ProgressEvent.Upgraded.class, ProgressText::upgraded),
                    row(
                            ProgressEvent.ImageReplaced.class,
                            e -> List.of("image    " + e.object() + " (" + e.container() + "): " + e.from() + " -> "
                                    + e.to())),
                    row(ProgressEvent.Applied.class, ProgressText::applied),
                    row(
                            ProgressEvent.HealthChanged.class,
                            e -> List.of(mark(e.state()) + " " + e.object() + ": " + e.message())),
                    row(ProgressEvent.CauseSeen.class, ProgressText::cause),
                    row(ProgressEvent.LogExcerpt.class, ProgressText::logExcerpt),
                    row(
                            ProgressEvent.Retrying.class,
                            e -> List.of("retrying " + e.attempted() + " in " + took(e.delay()) + ": " + e.reason())),
                    row(ProgressEvent.RollingBack.class, e -> List.of("rolling back " + e.object() + " to " + e.to())),
                    row(
                            ProgressEvent.LayerReady.class,
                            e -> List.of("layer    " + brief(e.digest()) + "  " + size(e.bytes())
                                    + (e.cached() ? "  from cache" : ""))),
                    row(
                            ProgressEvent.BlobStored.class,
                            e -> List.of(padded(e.how().name().toLowerCase(Locale.ROOT)) + " " + brief(e.digest())
                                    + "  " + size(e.bytes()))),
                    row(ProgressEvent.ImageReady.class, ProgressText::imageReady),
                    row(ProgressEvent.Scanned.class, e -> ScanText.lines(e.result())),
                    row(ProgressEvent.BuilderOutput.class, e -> List.of("  " + e.line())));

    private ProgressText() {}

    /** The lines that tell of an event, without line ends; at least one. */
    public static List<String> lines(ProgressEvent event) {
        return WORDS.get(event.getClass()).apply(event);
    }

    private static <E extends ProgressEvent>
            Map.Entry<Class<? extends ProgressEvent>, Function<ProgressEvent, List<String>>> row(
                    Class<E> type, Function<E, List<String>> words) {
        return Map.entry(type, event -> words.apply(type.cast(event)));
    }

    private static List<String> stageStarted(ProgressEvent.StageStarted e) {
        return List.of("== " + e.stage() + (e.detail().isEmpty() ? "" : ": " + e.detail()));
    }

    private static List<String> stageFinished(ProgressEvent.StageFinished e) {
        return List.of("== " + e.stage() + (e.success() ? " done in " : " FAILED after ") + took(e.took()));
    }

    private static List<String> upgraded(ProgressEvent.Upgraded e) {
        List<String> lines = new ArrayList<>();
        lines.add("upgraded " + e.object() + ": " + e.from() + " -> " + e.to());
        lines.addAll(indented(e.diff()));
        return lines;
    }

    private static List<String> applied(ProgressEvent.Applied e) {
        List<String> lines = new ArrayList<>();
        String change = e.change().name().toLowerCase(Locale.ROOT);
        lines.add(padded(change) + " " + e.object() + (e.dryRun() ? " (dry run)" : ""));
        if (e.dryRun()) {
            lines.addAll(indented(e.diff()));
        }
        return lines;
    }

    private static List<String> cause(ProgressEvent.CauseSeen e) {
        Health.Cause cause = e.cause();
        List<String> lines = new ArrayList<>();
        lines.add("cause    " + cause.summary());
        if (!cause.remedy().isEmpty()) {
            lines.add("         -> " + cause.remedy());
        }
        return lines;
    }

    private static List<String> logExcerpt(ProgressEvent.LogExcerpt e) {
        List<String> lines = new ArrayList<>();
        String which = e.previous() ? "the previous run of container " : "container ";
        lines.add("last lines of " + which + e.container() + " in " + e.pod() + ":");
        e.lines().forEach(line -> lines.add("  | " + line));
        return lines;
    }

    private static List<String> imageReady(ProgressEvent.ImageReady e) {
        List<String> lines = new ArrayList<>();
        lines.add("image    " + e.digest() + (e.bytes() < 0 ? "" : "  " + size(e.bytes()))
                + (e.pushedBytes() < 0 ? "" : ", " + size(e.pushedBytes()) + " sent"));
        e.names().forEach(name -> lines.add("         " + name));
        return lines;
    }

    private static List<String> indented(String text) {
        return text.lines().map(line -> "  " + line).toList();
    }

    private static String mark(Health.State state) {
        return padded(
                switch (state) {
                    case HEALTHY -> "healthy";
                    case PROGRESSING -> "waiting";
                    case FAILED -> "FAILED";
                    case ABSENT -> "absent";
                    case UNKNOWN -> "unknown";
                });
    }

    private static String padded(String word) {
        return String.format(Locale.ROOT, "%-8s", word);
    }

    private static String brief(ImageDigest digest) {
        return digest.hex().substring(0, DIGEST_DIGITS);
    }

    /** A size in decimal units as registries show it: {@code 12.3 MB}. */
    public static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= KILO && unit < units.length - 1) {
            value /= KILO;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** A duration as people read it: {@code 0.4 s}, {@code 12 s}, {@code 3 min 5 s}. */
    public static String took(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / KILO);
        }
        long seconds = duration.toSeconds();
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
