package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.PathResolver;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sources of {@code COPY --parents}: each keeps its folders, from the context's top or from where {@code /./} stands
 * in it.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#copy---parents">COPY --parents</a>
 */
final class ParentsCopy {
    private final Place place;
    private final SourceTree tree;
    private final IgnorePatterns excludes;
    private final TreeMap<String, Found> found = new TreeMap<>();

    /**
     * Something to copy.
     *
     * @param onTheWay a folder that no source names, there for what it holds
     */
    record Found(FileNode node, boolean onTheWay) {}

    ParentsCopy(Place place, SourceTree tree, IgnorePatterns excludes) {
        this.place = place;
        this.tree = tree;
        this.excludes = excludes;
    }

    /** What a source names, by the paths as they are to be in the image; parents first. */
    Map<String, Found> find(String source) {
        found.clear();
        int pivot = source.indexOf("/./");
        PathResolver paths = new PathResolver(tree);
        String start = paths.follow(pivot < 0 ? "" : source.substring(0, pivot));
        String pattern = paths.tidy(pivot < 0 ? source : source.substring(pivot + 3));
        IgnorePatterns wanted = IgnorePatterns.of(List.of(pattern.isEmpty() ? "**" : pattern));
        collect(start, "", wanted.top(), excludes.top());
        boolean wild = pattern.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
        String plain = CopyRun.join(start, pattern);
        boolean there =
                paths.followParents(plain).equals(plain) && tree.node(plain).isPresent();
        if (!wild && !there) {
            throw place.refused(
                    "'" + source + "' is not in " + tree.description(),
                    "Correct the path; it starts at the top of " + tree.description()
                            + ", and no folder of it may be a symbolic link");
        }
        return found;
    }

    /** The matcher says "ignored" of what the pattern matches; here that means wanted. */
    private void collect(String from, String path, IgnorePatterns.Folder wanted, IgnorePatterns.Folder excluded) {
        for (String name : tree.names(from)) {
            String childFrom = CopyRun.join(from, name);
            String childPath = CopyRun.join(path, name);
            IgnorePatterns.Folder child = wanted.child(name);
            IgnorePatterns.Folder left = excluded.child(name);
            if (left.ignoredWithAllBelow()) {
                continue;
            }
            tree.node(childFrom).ifPresent(node -> {
                boolean named = child.ignored() && !left.ignored();
                if (named) {
                    found.put(childPath, new Found(node, false));
                }
                int before = found.size();
                if (node.isFolder()) {
                    collect(childFrom, childPath, child, left);
                }
                if (!named && found.size() > before) {
                    found.put(childPath, new Found(node, true));
                }
            });
        }
    }
}
