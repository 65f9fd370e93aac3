package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.ImageTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.PathResolver;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one instruction changes in a stage's files. The stage's tree is kept up to date, so that the next instruction
 * sees the result. Paths are without a leading slash and with links followed.
 */
final class LayerDraft {
    private final ImageTree tree;
    private final PathResolver paths;
    private final TreeMap<String, FileNode> changed = new TreeMap<>();

    LayerDraft(ImageTree tree) {
        this.tree = tree;
        this.paths = new PathResolver(tree);
    }

    long newIdentity() {
        return tree.newIdentity();
    }

    String follow(String path) {
        return paths.follow(path);
    }

    String followParents(String path) {
        return paths.followParents(path);
    }

    Optional<FileNode> node(String path) {
        return tree.node(path);
    }

    /** Makes a folder and those above it, where they are not there; existing ones stay as they are. */
    void makeFolders(String path, int mode, Owner owner) {
        String made = "";
        for (String part : path.split("/")) {
            made = made.isEmpty() ? part : made + "/" + part;
            Optional<FileNode> there = made.isEmpty() ? Optional.empty() : tree.node(made);
            if (there.isPresent() && !there.get().isFolder()) {
                throw new TreeException(
                        "'/" + made + "' is a file in " + tree.description() + ", so nothing can be put below it",
                        "Choose another destination");
            }
            if (there.isEmpty() && !made.isEmpty()) {
                set(made, FileNode.folder(mode, owner.uid(), owner.gid()));
            }
        }
    }

    /** Puts a file, link or folder where its parent is; as cp does, a folder and a file never replace each other. */
    void put(String path, FileNode node) {
        Optional<FileNode> there = tree.node(path);
        if (there.isPresent() && there.get().isFolder() != node.isFolder()) {
            boolean folder = node.isFolder();
            throw new TreeException(
                    (folder ? "the folder" : "the file") + " '/" + path + "' would replace a "
                            + (folder ? "file or link" : "folder"),
                    "Choose another destination");
        }
        set(path, node);
    }

    /** As {@link #put}, but whatever is there gives way, as when an archive is unpacked. */
    void replace(String path, FileNode node) {
        boolean clears =
                !node.isFolder() && tree.node(path).filter(FileNode::isFolder).isPresent();
        if (clears) {
            changed.subMap(path + "/", path + "0").clear();
        }
        set(path, node);
    }

    private void set(String path, FileNode node) {
        tree.put(path, node);
        if (!path.isEmpty()) {
            changed.put(path, node);
        }
    }

    /**
     * The layer's entries. Folders on the way are among them with what they already were, because some runtimes would
     * otherwise make up their owner and permissions.
     */
    List<LayerEntry> entries() {
        TreeMap<String, FileNode> all = new TreeMap<>(changed);
        for (String path : changed.keySet()) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                String parent = path.substring(0, slash);
                if (all.containsKey(parent)) {
                    // Whatever put it there has put, or will put, its parents too.
                    break;
                }
                tree.node(parent).ifPresent(node -> all.put(parent, node));
            }
        }
        List<LayerEntry> entries = new ArrayList<>();
        for (Map.Entry<String, FileNode> entry : all.entrySet()) {
            entries.add(new LayerEntry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }
}
