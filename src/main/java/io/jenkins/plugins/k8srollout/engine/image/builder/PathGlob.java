package io.jenkins.plugins.k8srollout.engine.image.builder;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A source path of COPY with {@code *}, {@code ?} and {@code [a-z]}, none of which matches a slash. */
final class PathGlob {
    private final String fixed;
    private final List<Pattern> parts;

    private PathGlob(String fixed, List<Pattern> parts) {
        this.fixed = fixed;
        this.parts = parts;
    }

    /**
     * @throws IllegalArgumentException if it is malformed
     */
    static PathGlob parse(String path) {
        List<String> fixed = new ArrayList<>();
        List<Pattern> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            if (parts.isEmpty() && !isWild(part)) {
                fixed.add(part.replaceAll("\\\\(.)", "$1"));
            } else {
                parts.add(compile(part));
            }
        }
        return new PathGlob(String.join("/", fixed), parts);
    }

    /** Where to begin. */
    String fixed() {
        return fixed;
    }

    /** One pattern for each level below {@link #fixed()}; none if the path is no pattern. */
    List<Pattern> parts() {
        return parts;
    }

    private static boolean isWild(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    private static Pattern compile(String part) {
        StringBuilder regex = new StringBuilder();
        boolean inSet = false;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '\\' && i + 1 < part.length()) {
                regex.append(Pattern.quote(String.valueOf(part.charAt(++i))));
            } else if (inSet) {
                regex.append(c == '[' || c == '&' ? "\\" : "").append(c);
                inSet = c != ']';
            } else if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (c == '[') {
                regex.append('[');
                inSet = true;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the pattern '" + part + "' has a [ that is never closed", e);
        }
    }
}
