package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One instruction as text, its continuation lines joined.
 *
 * @param line where it begins
 * @param text without the line ends and without comments
 * @param heredocs its here-documents with their content
 */
record LogicalLine(int line, String text, List<Heredoc> heredocs) {
    private static final Pattern SPACE = Pattern.compile("[\\t\\x0B\\f\\r ]+");

    /** The instruction's name in capitals. */
    String keyword() {
        return SPACE.split(text.trim(), 2)[0].toUpperCase(Locale.ROOT);
    }

    /** What follows the name, without surrounding white space. */
    String rest() {
        String[] parts = SPACE.split(text.trim(), 2);
        return parts.length < 2 ? "" : parts[1].trim();
    }

    static List<String> atSpaces(String text) {
        return text.isEmpty() ? List.of() : List.of(SPACE.split(text));
    }
}
