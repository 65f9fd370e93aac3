package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Joins a file's lines to instructions: comments, continuation lines, here-documents. */
final class LogicalLines {
    private static final Set<String> HEREDOC_TAKERS = Set.of("ADD", "COPY", "RUN");

    private final String file;
    private final List<String> lines;
    private final Directives directives = new Directives();
    private int next;

    LogicalLines(String file, String content) {
        this.file = file;
        String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
        this.lines = List.of(text.split("\n", -1));
    }

    Directives directives() {
        return directives;
    }

    List<LogicalLine> read() {
        List<LogicalLine> found = new ArrayList<>();
        while (next < lines.size()) {
            int start = next + 1;
            String first = nextLine().stripLeading();
            directives.offer(new Place(file, start), first);
            if (first.isBlank() || first.startsWith("#")) {
                continue;
            }
            LogicalLine line = new LogicalLine(start, joined(first), List.of());
            if (!line.text().isBlank()) {
                found.add(new LogicalLine(start, line.text(), heredocs(line)));
            }
        }
        return found;
    }

    private String nextLine() {
        return withoutReturn(lines.get(next++));
    }

    /** Instructions do not see how the file ends its lines; here-documents keep it. */
    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private String joined(String first) {
        Pattern continued = continuation();
        StringBuilder text = new StringBuilder();
        String part = first;
        while (continued.matcher(part).find()) {
            text.append(continued.matcher(part).replaceFirst("$1"));
            part = nextPart();
            if (part == null) {
                return text.toString();
            }
        }
        return text.append(part).toString();
    }

    /** Inside an instruction, comments and (as BuildKit still allows) empty lines are passed over. */
    private String nextPart() {
        while (next < lines.size()) {
            String line = nextLine();
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                return line;
            }
        }
        return null;
    }

    /** A line goes on if its last sign is one escape character; two of them are that character itself. */
    private Pattern continuation() {
        String escape = Pattern.quote(String.valueOf(directives.escape()));
        return Pattern.compile("(^|(?!" + escape + ").)" + escape + "[ \\t]*$");
    }

    private List<Heredoc> heredocs(LogicalLine line) {
        if (!line.text().contains("<<") || !takesHeredocs(line)) {
            return List.of();
        }
        Place place = new Place(file, line.line());
        List<Heredoc> complete = new ArrayList<>();
        for (Heredoc announced : announced(place, line)) {
            complete.add(contentOf(place, announced));
        }
        return complete;
    }

    private static boolean takesHeredocs(LogicalLine line) {
        String keyword = line.keyword();
        String rest = line.rest();
        if (keyword.equals("ONBUILD")) {
            return takesHeredocs(new LogicalLine(line.line(), rest, List.of()));
        }
        return HEREDOC_TAKERS.contains(keyword) && JsonForm.strings(rest).isEmpty();
    }

    private static List<Heredoc> announced(Place place, LogicalLine line) {
        try {
            return Heredoc.announcedBy(line.text());
        } catch (IllegalArgumentException e) {
            // A quote that is not closed is the instruction's own fault, told when its words are read.
            return List.of();
        }
    }

    private Heredoc contentOf(Place place, Heredoc heredoc) {
        StringBuilder content = new StringBuilder();
        while (next < lines.size()) {
            String line = lines.get(next++);
            if (heredoc.endsAt(withoutReturn(line))) {
                return heredoc.withContent(content.toString());
            }
            content.append(line).append('\n');
        }
        throw place.refused(
                "the here-document " + heredoc.name() + " has no end",
                "Write " + heredoc.name() + " alone on the line after its last one");
    }
}
