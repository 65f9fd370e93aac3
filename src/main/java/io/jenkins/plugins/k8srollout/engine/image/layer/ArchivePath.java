package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.ArrayDeque;
import java.util.Deque;

/** Names in archives as paths of a tree. */
final class ArchivePath {
    private ArchivePath() {}

    /** Without leading slash, dot parts and {@code ..}, which ends at the top; empty text for the top. */
    static String within(String name) {
        Deque<String> path = new ArrayDeque<>();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                path.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                path.addLast(part);
            }
        }
        return String.join("/", path);
    }

    /**
     * Without leading slash and dot parts; empty text for the top.
     *
     * @throws TreeException if a part is {@code ..}: no honest archive has one
     */
    static String of(String name) {
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw new TreeException(
                        "the archive holds the name '" + name + "', which leads out of it",
                        "Pack it again with names that stay inside");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append(path.length() == 0 ? "" : "/").append(part);
            }
        }
        return path.toString();
    }
}
