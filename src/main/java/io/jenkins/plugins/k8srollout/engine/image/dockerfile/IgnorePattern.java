package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** One line of an ignore file, cleaned: no leading slash, no dot segments, no trailing slash. */
final class IgnorePattern {
    private static final String WILD = "*?[]\\";

    private final String text;
    private final boolean reincludes;
    private final Pattern regex;

    private IgnorePattern(String text, boolean reincludes, Pattern regex) {
        this.text = text;
        this.reincludes = reincludes;
        this.regex = regex;
    }

    /**
     * @throws IllegalArgumentException if the pattern is malformed
     */
    static IgnorePattern of(String text, boolean reincludes) {
        try {
            return new IgnorePattern(text, reincludes, Pattern.compile(regexOf(text), Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the pattern '" + text + "' has a [ that is never closed", e);
        }
    }

    /** Whether it stands behind a {@code !}. */
    boolean reincludes() {
        return reincludes;
    }

    boolean matches(String path) {
        return regex.matcher(path).matches();
    }

    /** Whether something below a folder could match; errs on the side of yes. */
    boolean mayMatchBelow(String folder) {
        List<String> wanted = List.of(text.split("/"));
        String[] parts = folder.split("/");
        for (int i = 0; i < parts.length && i < wanted.size(); i++) {
            boolean wild = wanted.get(i).chars().anyMatch(c -> WILD.indexOf(c) >= 0);
            if (wild) {
                return true;
            }
            if (!wanted.get(i).equals(parts[i])) {
                return false;
            }
        }
        return true;
    }

    private static String regexOf(String text) {
        if (text.startsWith("**") && text.chars().skip(2).noneMatch(c -> WILD.indexOf(c) >= 0)) {
            // moby compares the ends of the texts here, so that **x also matches yx.
            String tail = text.substring(2);
            return tail.startsWith("/") ? "(?:.*/)?" + Pattern.quote(tail.substring(1)) : ".*" + Pattern.quote(tail);
        }
        StringBuilder regex = new StringBuilder();
        boolean inSet = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inSet) {
                regex.append(c == '[' || c == '&' ? "\\" : "").append(c);
                inSet = c != ']';
            } else if (text.startsWith("**", i)) {
                i += text.startsWith("**/", i) ? 2 : 1;
                regex.append(i == text.length() - 1 ? ".*" : "(?:.*/)?");
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[') {
                regex.append(c);
                inSet = true;
            } else {
                boolean escaped = c == '\\' && i + 1 < text.length();
                regex.append(Pattern.quote(String.valueOf(escaped ? text.charAt(++i) : c)));
            }
        }
        return regex.toString();
    }
}
