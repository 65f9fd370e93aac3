package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.ContextTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.PathResolver;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds what a source of COPY or ADD names. */
final class SourceFinder {
    private final Place place;
    private final SourceTree tree;
    private final PathResolver paths;

    /**
     * A file or folder to copy.
     *
     * @param name its last part as the instruction names it, which a link's target may not have
     * @param path with links followed
     */
    record Found(String name, String path, FileNode node) {}

    SourceFinder(Place place, SourceTree tree) {
        this.place = place;
        this.tree = tree;
        this.paths = new PathResolver(tree);
    }

    /** In the tree's order; a pattern may find nothing, a plain path must exist. */
    List<Found> find(String source) {
        PathGlob glob;
        try {
            glob = PathGlob.parse(source);
        } catch (IllegalArgumentException e) {
            throw place.refused(e.getMessage(), "Correct the pattern");
        }
        if (glob.parts().isEmpty()) {
            return List.of(required(source, paths.tidy(glob.fixed())));
        }
        List<String> matches = new ArrayList<>();
        collect(paths.follow(glob.fixed()), glob.parts(), matches);
        return matches.stream().map(path -> required(source, path)).toList();
    }

    private void collect(String folder, List<Pattern> parts, List<String> matches) {
        boolean holds = tree.node(folder).filter(FileNode::isFolder).isPresent();
        for (String name : holds ? tree.names(folder) : List.<String>of()) {
            if (parts.get(0).matcher(name).matches()) {
                String path = folder.isEmpty() ? name : folder + "/" + name;
                if (parts.size() == 1) {
                    matches.add(path);
                } else {
                    collect(path, parts.subList(1, parts.size()), matches);
                }
            }
        }
    }

    private Found required(String source, String path) {
        String followed = paths.follow(path);
        FileNode node = tree.node(followed).orElseThrow(() -> missing(source, followed));
        return new Found(path.substring(path.lastIndexOf('/') + 1), followed, node);
    }

    private RuntimeException missing(String source, String path) {
        boolean ignored = tree instanceof ContextTree context && context.ignores(path);
        return place.refused(
                "'" + source + "' "
                        + (paths.tidy(source).equals(path) || path.isEmpty() ? "" : "leads to '" + path + "', which ")
                        + "is not in " + tree.description()
                        + (ignored ? ", because the ignore file leaves it out" : ""),
                ignored
                        ? "Bring it back with a line !" + path + " in the ignore file"
                        : "Correct the path; it starts at the top of " + tree.description()
                                + ", where .. and symbolic links end, too");
    }
}
