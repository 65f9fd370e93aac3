package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Follows the symbolic links of a tree as a process would whose root is the tree's top: an absolute link starts there,
 * and {@code ..} ends there. So nothing leads out of it.
 */
public final class PathResolver {
    private static final int MOST_LINKS = 40;

    private final SourceTree tree;

    public PathResolver(SourceTree tree) {
        this.tree = tree;
    }

    /** The path with every link followed. Parts that do not exist stay as they are. */
    public String follow(String path) {
        return resolve(path, true);
    }

    /** The path with the links of its folders followed, but not the last part. */
    public String followParents(String path) {
        return resolve(path, false);
    }

    /**
     * Tidies a path without looking at files: no empty or dot parts, no {@code ..}, no slash at either end.
     */
    public String tidy(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private String resolve(String path, boolean last) {
        Deque<String> todo = new ArrayDeque<>(List.of(tidy(path).split("/")));
        Deque<String> done = new ArrayDeque<>();
        int links = 0;
        while (!todo.isEmpty()) {
            String part = todo.removeFirst();
            if (part.equals("..")) {
                done.pollLast();
                continue;
            }
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            done.addLast(part);
            Optional<FileNode> node = tree.node(String.join("/", done));
            boolean follow = node.isPresent() && node.get().isLink() && (last || !todo.isEmpty());
            if (follow) {
                if (++links > MOST_LINKS) {
                    throw new TreeException(
                            "the links of '" + path + "' in " + tree.description() + " go round in a circle",
                            "Correct the links");
                }
                step(node.get().linkTarget(), done, todo);
            } else if (node.isEmpty()) {
                done.addAll(todo.stream()
                        .filter(p -> !p.isEmpty() && !p.equals("."))
                        .toList());
                return String.join("/", done);
            }
        }
        return String.join("/", done);
    }

    private void step(String target, Deque<String> done, Deque<String> todo) {
        done.removeLast();
        if (target.startsWith("/")) {
            done.clear();
        }
        String[] parts = target.split("/");
        for (int i = parts.length - 1; i >= 0; i--) {
            todo.addFirst(parts[i]);
        }
    }
}
