package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Follows the symbolic links of a tree as its own kernel would, never out of it. */
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
     *
     * @throws TreeException if {@code ..} leads above the top of a confined tree
     */
    public String tidy(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                up(parts, path);
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
                up(done, path);
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
        String link = String.join("/", done);
        done.removeLast();
        if (target.startsWith("/")) {
            if (tree.confined()) {
                throw leaves("the symbolic link '" + link + "' points to '" + target + "'");
            }
            done.clear();
        }
        String[] parts = target.split("/");
        for (int i = parts.length - 1; i >= 0; i--) {
            todo.addFirst(parts[i]);
        }
    }

    private void up(Deque<String> parts, String path) {
        if (!parts.isEmpty()) {
            parts.removeLast();
        } else if (tree.confined()) {
            throw leaves("'" + path + "' leads above its top");
        }
    }

    private TreeException leaves(String how) {
        return new TreeException(
                how + ", which is outside of " + tree.description(),
                "Put the file inside the build context, or choose a context that holds it");
    }
}
