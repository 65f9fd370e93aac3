package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A {@code .dockerignore} file: which paths of the build context the build does not see. The last line that matches a
 * path or one of its parent folders decides; a line with {@code !} brings back. Immutable and thread-safe.
 *
 * <p>The rules are those of
 * <a href="https://github.com/moby/patternmatcher">moby/patternmatcher</a>.
 */
public final class IgnorePatterns {
    /** Ignores nothing. */
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private final List<IgnorePattern> patterns;

    private IgnorePatterns(List<IgnorePattern> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /**
     * Reads an ignore file.
     *
     * @param file as errors name it
     */
    public static IgnorePatterns parse(String file, String content) {
        List<IgnorePattern> patterns = new ArrayList<>();
        String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
        int line = 0;
        for (String written : text.split("\r?\n", -1)) {
            line++;
            if (!written.startsWith("#") && !written.isBlank()) {
                try {
                    patterns.add(pattern(written.strip()));
                } catch (IllegalArgumentException e) {
                    throw new Place(file, line).refused(e.getMessage(), "Correct the line, or remove it");
                }
            }
        }
        return new IgnorePatterns(patterns);
    }

    /** Patterns as {@code COPY --exclude} takes them. */
    public static IgnorePatterns of(List<String> texts) {
        return new IgnorePatterns(texts.stream().map(t -> pattern(t.strip())).toList());
    }

    /** The top of the context, from where a walk descends. */
    public Folder top() {
        return new Folder("", new boolean[patterns.size()], false);
    }

    /**
     * Whether a path is ignored.
     *
     * @param path relative to the context, with forward slashes
     */
    public boolean ignores(String path) {
        Folder folder = top();
        for (String part : path.split("/")) {
            folder = folder.child(part);
        }
        return folder.ignored();
    }

    /** One path of a walk with what is known from its parents. */
    public final class Folder {
        private final String path;
        private final boolean[] matched;
        private final boolean ignored;

        private Folder(String path, boolean[] matched, boolean ignored) {
            this.path = path;
            this.matched = matched;
            this.ignored = ignored;
        }

        /** A file or folder directly below. */
        public Folder child(String name) {
            String childPath = path.isEmpty() ? name : path + "/" + name;
            boolean[] childMatched = new boolean[matched.length];
            boolean childIgnored = false;
            for (int i = 0; i < matched.length; i++) {
                childMatched[i] = matched[i] || patterns.get(i).matches(childPath);
                if (childMatched[i]) {
                    childIgnored = !patterns.get(i).reincludes();
                }
            }
            return new Folder(childPath, childMatched, childIgnored);
        }

        public boolean ignored() {
            return ignored;
        }

        /** Whether a walk may pass over everything below this ignored folder. */
        public boolean ignoredWithAllBelow() {
            return ignored && patterns.stream().noneMatch(p -> p.reincludes() && p.mayMatchBelow(path));
        }
    }

    private static IgnorePattern pattern(String text) {
        boolean reincludes = text.startsWith("!");
        String cleaned = cleaned(reincludes ? text.substring(1).strip() : text);
        if (cleaned.isEmpty()) {
            throw new IllegalArgumentException("'!' stands alone");
        }
        return IgnorePattern.of(cleaned, reincludes);
    }

    /** As Go's path.Clean, then without a leading slash. */
    private static String cleaned(String text) {
        boolean fromTop = text.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : text.split("/")) {
            boolean up = part.equals("..");
            if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(up && fromTop)) {
                parts.addLast(part);
            }
        }
        String cleaned = String.join("/", parts);
        return cleaned.isEmpty() && !text.isEmpty() ? "." : cleaned;
    }
}
