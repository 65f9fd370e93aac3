package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parser directives at the top of a file: {@code # syntax=…}, {@code # escape=…}, {@code # check=…}. The first line
 * that is anything else ends them, an ordinary comment included.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#parser-directives">Parser directives</a>
 */
final class Directives {
    private static final Pattern FORM = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");

    private final Map<String, String> values = new HashMap<>();
    private boolean ended;

    /** Looks at the next line of the file; does nothing once the directives have ended. */
    void offer(Place place, String line) {
        if (ended) {
            return;
        }
        Matcher form = FORM.matcher(line);
        String name = form.matches() ? form.group(1).toLowerCase(Locale.ROOT) : "";
        if (!KNOWN.contains(name)) {
            ended = true;
            return;
        }
        if (values.putIfAbsent(name, form.group(2)) != null) {
            throw place.refused("the directive '" + name + "' stands here a second time", "Keep one of them");
        }
        if (name.equals("escape")
                && !form.group(2).equals("\\")
                && !form.group(2).equals("`")) {
            throw place.refused(
                    "the escape character '" + form.group(2) + "' is not allowed", "Choose one of two", "\\", "`");
        }
    }

    char escape() {
        return values.getOrDefault("escape", "\\").charAt(0);
    }

    /** The frontend asked for, empty text where none is. */
    String syntax() {
        return values.getOrDefault("syntax", "");
    }
}
