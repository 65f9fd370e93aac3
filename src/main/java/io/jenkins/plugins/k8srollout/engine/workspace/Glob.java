package io.jenkins.plugins.k8srollout.engine.workspace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A path pattern as build tools know it. It differs from {@link java.nio.file.FileSystem#getPathMatcher} in that
 * <code>**&#47;</code> also stands for no folder at all, which is what people mean.
 */
final class Glob {
    private static final String SIGNS = "*?[{";

    private final String base;
    private final Pattern regex;
    private final boolean namesHidden;

    private Glob(String base, Pattern regex, boolean namesHidden) {
        this.base = base;
        this.regex = regex;
        this.namesHidden = namesHidden;
    }

    static boolean isPattern(String text) {
        return text.chars().anyMatch(c -> SIGNS.indexOf(c) >= 0);
    }

    static Glob of(String text) {
        String[] parts = text.replace('\\', '/').split("/+");
        List<String> fixed = new ArrayList<>();
        int i = 0;
        while (!isPattern(parts[i])) {
            fixed.add(parts[i++]);
        }
        StringBuilder regex = new StringBuilder();
        boolean hidden = false;
        for (; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (parts[i].equals("**")) {
                regex.append(last ? ".*" : "(?:[^/]+/)*");
            } else {
                regex.append(segment(parts[i])).append(last ? "" : "/");
            }
            hidden |= parts[i].startsWith(".");
            if (parts[i].equals("..")) {
                throw Workspace.refused(text, "'..' cannot stand after a pattern", "Write the folder out");
            }
        }
        String base = String.join("/", fixed);
        try {
            boolean fromTop = base.isEmpty() && text.startsWith("/");
            return new Glob(fromTop ? "/" : base, Pattern.compile(regex.toString(), Pattern.DOTALL), hidden);
        } catch (PatternSyntaxException e) {
            throw Workspace.refused(text, "the pattern is malformed", "Close every [ and {");
        }
    }

    /** The folder before the first sign of a pattern; empty text for the workspace itself. */
    String base() {
        return base;
    }

    /** Whether the pattern itself asks for a name that starts with a dot. */
    boolean namesHidden() {
        return namesHidden;
    }

    boolean matches(Path relative) {
        return regex.matcher(relative.toString().replace('\\', '/')).matches();
    }

    private static String segment(String text) {
        StringBuilder regex = new StringBuilder();
        boolean inSet = false;
        int inChoice = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inSet) {
                boolean first = text.charAt(i - 1) == '[';
                regex.append(first && (c == '!' || c == '^') ? "^" : c == '\\' || c == '[' || c == '&' ? "\\" + c : c);
                inSet = c != ']';
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[') {
                regex.append('[');
                inSet = true;
            } else if (c == '{') {
                regex.append("(?:");
                inChoice++;
            } else if (c == '}' && inChoice > 0) {
                regex.append(')');
                inChoice--;
            } else if (c == ',' && inChoice > 0) {
                regex.append('|');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
