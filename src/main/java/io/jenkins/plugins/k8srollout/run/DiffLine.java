package io.jenkins.plugins.k8srollout.run;

import java.util.List;

/** A line of a unified diff, with what it is. */
public final class DiffLine {
    private final String kind;
    private final String text;

    private DiffLine(String kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    static List<DiffLine> of(String diff) {
        return diff.lines().map(line -> new DiffLine(kind(line), line)).toList();
    }

    private static String kind(String line) {
        if (line.startsWith("+++") || line.startsWith("---") || line.startsWith("@@")) {
            return "head";
        }
        return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
    }

    /** {@code added}, {@code removed}, {@code same}, or {@code head} for what is no content. */
    public String getKind() {
        return kind;
    }

    public String getText() {
        return text;
    }
}
