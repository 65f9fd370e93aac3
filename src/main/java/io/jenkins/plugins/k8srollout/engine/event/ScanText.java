package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A scan's result as lines: what was counted, and a table of the findings that count. Pure. */
final class ScanText {
    private static final int ROWS = 50;
    private static final int WIDEST = 60;

    private ScanText() {}

    static List<String> lines(ScanResult result) {
        List<String> lines = new ArrayList<>();
        String by = result.scanner().isEmpty() ? "" : " by " + result.scanner();
        lines.add("scanned  " + result.image() + by + ": " + result.countsText());
        if (!result.accepted().isEmpty()) {
            lines.add("  accepted in Harbor: " + String.join(", ", result.accepted()));
        }
        if (result.passed()) {
            return lines;
        }
        List<Vulnerability> counted = result.blockingFindings();
        List<Vulnerability> shown = counted.subList(0, Math.min(ROWS, counted.size()));
        if (!shown.isEmpty()) {
            lines.addAll(table(shown));
        }
        if (shown.size() < result.blocking()) {
            lines.add("  and " + (result.blocking() - shown.size()) + " more, see Harbor");
        }
        return lines;
    }

    private static List<String> table(List<Vulnerability> rows) {
        List<Function<Vulnerability, String>> columns = List.of(
                row -> row.severity().word(),
                Vulnerability::id,
                Vulnerability::artifact,
                Vulnerability::version,
                row -> row.isFixable() ? row.fixVersion() : "-");
        List<String> titles = List.of("SEVERITY", "FINDING", "PACKAGE", "VERSION", "FIXED IN");
        StringBuilder format = new StringBuilder(" ");
        for (int i = 0; i < columns.size(); i++) {
            Function<Vulnerability, String> column = columns.get(i);
            int width = rows.stream()
                    .mapToInt(row -> cut(column.apply(row)).length())
                    .max()
                    .orElse(0);
            format.append(" %-").append(Math.max(width, titles.get(i).length())).append('s');
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(format, titles));
        rows.forEach(row -> lines.add(line(
                format, columns.stream().map(column -> cut(column.apply(row))).toList())));
        return lines;
    }

    private static String line(StringBuilder format, List<String> cells) {
        return String.format(Locale.ROOT, format.toString(), cells.toArray()).stripTrailing();
    }

    // A scanner's words are another party's: one line, and no endless one.
    private static String cut(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= WIDEST ? line : line.substring(0, WIDEST - 1) + "…";
    }
}
