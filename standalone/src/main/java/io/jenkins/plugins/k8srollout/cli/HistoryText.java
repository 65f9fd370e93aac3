package io.jenkins.plugins.k8srollout.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Kept releases for people and programs. Shows which objects they have, never what is in them. Pure. */
final class HistoryText {
    private static final int DIGEST_DIGITS = 12;
    private static final List<String> HEAD =
            List.of("HISTORY", "NUMBER", "OUTCOME", "STARTED", "TOOK", "BY", "CAUSE", "IMAGES");

    private HistoryText() {}

    /** One line for each release under a head, in columns. */
    static List<String> table(List<StoredRelease> releases, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        releases.forEach(r -> rows.add(cells(r, now)));
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(r -> r.get(column).length())
                        .max()
                        .orElse(0);
                line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> cells(StoredRelease release, Instant now) {
        ReleaseRecord record = release.record();
        return Stream.of(
                        release.history(),
                        String.valueOf(release.number()),
                        release.state(now),
                        record.started().truncatedTo(ChronoUnit.SECONDS).toString(),
                        release.isOpen() ? "-" : ProgressText.took(record.took()),
                        record.entry().startedBy(),
                        record.changeCause(),
                        release.images().stream().map(HistoryText::brief).collect(Collectors.joining(", ")))
                .map(cell -> cell.isEmpty() ? "-" : cell.replaceAll("\\s+", " "))
                .toList();
    }

    private static String brief(String image) {
        return image.replaceFirst("(@sha256:[0-9a-f]{" + DIGEST_DIGITS + "})[0-9a-f]+$", "$1");
    }

    /** What the table shows, for programs; times in UTC, images whole. */
    static Map<String, Object> row(StoredRelease release, Instant now) {
        ReleaseRecord record = release.record();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("history", release.history());
        row.put("number", release.number());
        row.put("outcome", release.state(now));
        row.put("started", record.started().toString());
        row.put("seconds", record.took().toMillis() / 1000.0);
        row.put("startedBy", record.entry().startedBy());
        row.put("changeCause", record.changeCause());
        row.put("returnsTo", record.entry().returnsTo());
        row.put("images", release.images());
        row.put("restorable", release.manifests().isPresent());
        return row;
    }

    /** The same with the whole record and the names of the objects. */
    static Map<String, Object> details(StoredRelease release, Instant now) {
        Map<String, Object> details = row(release, now);
        details.put("phase", phase(release));
        details.put("manifests", objects(release));
        try {
            details.put("record", new ObjectMapper().readTree(release.record().toJson()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record writes JSON", e);
        }
        return details;
    }

    /** The same for people. */
    static List<String> lines(StoredRelease release, Instant now) {
        ReleaseRecord record = release.record();
        List<String> lines = new ArrayList<>();
        lines.add(release + " in namespace " + record.namespace() + ": " + release.state(now));
        add(
                lines,
                "started",
                record.started()
                        + (record.entry().startedBy().isEmpty()
                                ? ""
                                : " by " + record.entry().startedBy()));
        add(lines, "took", release.isOpen() ? "" : ProgressText.took(record.took()));
        add(lines, "cause", record.changeCause());
        add(lines, "phase", phase(release));
        add(lines, "problem", record.problem().map(Problem::sentence).orElse(""));
        release.images().forEach(image -> add(lines, "image", image));
        record.stages()
                .forEach(s -> add(
                        lines,
                        "stage",
                        s.name() + (s.success() ? ", " : ", FAILED after ") + ProgressText.took(s.took())));
        record.answers()
                .forEach(a -> add(
                        lines,
                        "answered",
                        a.decision().name().toLowerCase(Locale.ROOT) + " at " + a.at()
                                + (a.by().isEmpty() ? "" : " by " + a.by())));
        record.objects()
                .forEach(o -> add(
                        lines, "applied", o.object() + " " + o.change().name().toLowerCase(Locale.ROOT)));
        record.findings().forEach(f -> add(lines, "finding", f.summary()));
        record.configHashes().forEach((ref, hash) -> add(lines, "configured", ref + " " + hash));
        if (release.manifests().isEmpty()) {
            add(lines, "kept", "no manifests: they were too large; one cannot return to this release");
        }
        objects(release).forEach(object -> add(lines, "kept", object));
        return lines;
    }

    // What it was at when it was last heard of; a release that has ended is at nothing.
    private static String phase(StoredRelease release) {
        return release.token()
                .filter(t -> release.isOpen())
                .map(t -> t.phase().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .orElse("");
    }

    private static List<String> objects(StoredRelease release) {
        return release.manifests().orElse(List.of()).stream()
                .map(KubeObject::ref)
                .map(Object::toString)
                .toList();
    }

    private static void add(List<String> lines, String title, String text) {
        if (!text.isEmpty()) {
            lines.add("  " + title + " ".repeat(12 - title.length()) + text.replace("\n", "\n" + " ".repeat(14)));
        }
    }
}
