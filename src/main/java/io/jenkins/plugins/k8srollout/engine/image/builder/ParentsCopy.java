package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.PathResolver;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import java.util.ArrayList;
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
    private final TreeMap<String, FileNode> found = new TreeMap<>();

    ParentsCopy(Place place, SourceTree tree) {
        this.place = place;
        this.tree = tree;
    }

    /** What a source names, with paths as they are to be in the image; parents first. */
    List<LayerEntry> entries(String source) {
        found.clear();
        int pivot = source.indexOf("/./");
        PathResolver paths = new PathResolver(tree);
        String start = paths.follow(pivot < 0 ? "" : source.substring(0, pivot));
        String pattern = paths.tidy(pivot < 0 ? source : source.substring(pivot + 3));
        collect(
                start,
                "",
                IgnorePatterns.of(List.of(pattern.isEmpty() ? "**" : pattern)).top());
        boolean wild = pattern.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
        if (found.isEmpty() && !wild) {
            throw place.refused(
                    "'" + source + "' is not in " + tree.description(),
                    "Correct the path; it starts at the top of " + tree.description());
        }
        List<LayerEntry> entries = new ArrayList<>();
        for (Map.Entry<String, FileNode> entry : found.entrySet()) {
            entries.add(new LayerEntry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }

    /** The matcher says "ignored" of what the pattern matches; here that means wanted. */
    private void collect(String from, String path, IgnorePatterns.Folder wanted) {
        for (String name : tree.names(from)) {
            String childFrom = CopyRun.join(from, name);
            String childPath = CopyRun.join(path, name);
            IgnorePatterns.Folder child = wanted.child(name);
            tree.node(childFrom).ifPresent(node -> {
                if (child.ignored()) {
                    found.put(childPath, node);
                }
                int before = found.size();
                if (node.isFolder()) {
                    collect(childFrom, childPath, child);
                }
                if (found.size() > before) {
                    found.putIfAbsent(childPath, node);
                }
            });
        }
    }
}
