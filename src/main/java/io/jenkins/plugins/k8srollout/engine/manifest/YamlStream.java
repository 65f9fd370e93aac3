package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a file into its documents before any of them is parsed, as kubectl does: a mistake in one then hides none in the
 * others.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/yaml/decoder.go">YAMLReader</a>
 */
final class YamlStream {
    private static final Pattern SEPARATOR = Pattern.compile("---\\s*(?:#.*)?");
    private static final Pattern JSON = Pattern.compile("\\s*\\{\\s*\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\.", Pattern.DOTALL);

    /**
     * One document's text.
     *
     * @param number position in the file, from 1, empty documents counted
     * @param linesBefore lines of the file before it
     */
    record Part(String text, int number, int linesBefore) {}

    private YamlStream() {}

    static List<Part> split(String text) {
        return splitLines(JSON.matcher(text).lookingAt() ? jsonAsYaml(text) : text);
    }

    /** YAML 1.1 is nearly a superset of JSON: it lacks tabs between tokens and the escape of a slash. */
    private static String jsonAsYaml(String text) {
        // A raw tab in JSON can only stand between tokens.
        return ESCAPE.matcher(text.replace('\t', ' ')).replaceAll(m -> m.group().equals("\\/") ? "/" : "$0");
    }

    private static List<Part> splitLines(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        int number = 1;
        int line = 0;
        int start = 0;
        boolean some = false;
        String[] lines = text.split("\n", -1);
        for (String each : lines) {
            line++;
            boolean separator =
                    each.startsWith("---") && SEPARATOR.matcher(each).matches();
            if (!separator) {
                current.append(each).append(line < lines.length ? "\n" : ""); // a final '|+' counts line feeds
                some |= !isBlank(each);
                continue;
            }
            if (some) {
                parts.add(new Part(current.toString(), number, start));
            }
            // What stands before the first separator is a document only if it holds something.
            number += some || start > 0 ? 1 : 0;
            current.setLength(0);
            some = false;
            start = line;
        }
        if (some) {
            parts.add(new Part(current.toString(), number, start));
        }
        return parts;
    }

    private static boolean isBlank(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() || stripped.startsWith("#");
    }
}
