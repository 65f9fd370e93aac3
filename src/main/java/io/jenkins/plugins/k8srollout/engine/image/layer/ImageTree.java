package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The files of an image or of a stage under construction. Not thread-safe. */
public final class ImageTree implements SourceTree {
    private final String description;
    private final Map<String, FileNode> nodes = new HashMap<>();
    private final Map<String, TreeSet<String>> names = new HashMap<>();
    private long identities;

    /** An empty image. */
    public ImageTree(String description) {
        this.description = description;
        nodes.put("", FileNode.folder(0755, 0, 0));
    }

    /** A copy to go on from. */
    public ImageTree(ImageTree start, String description) {
        this.description = description;
        nodes.putAll(start.nodes);
        identities = start.identities;
        start.names.forEach((folder, held) -> names.put(folder, new TreeSet<>(held)));
    }

    @Override
    public Optional<FileNode> node(String path) {
        return Optional.ofNullable(nodes.get(path));
    }

    @Override
    public List<String> names(String folder) {
        return List.copyOf(names.getOrDefault(folder, new TreeSet<>()));
    }

    @Override
    public String description() {
        return description;
    }

    /** One that no node of this tree has yet, for hard links. */
    public long newIdentity() {
        return ++identities;
    }

    /** Sets what is at a path, with parents as needed; whatever else was there is gone, but folders are merged. */
    public void put(String path, FileNode node) {
        if (path.isEmpty()) {
            nodes.put(path, node);
            return;
        }
        FileNode before = nodes.get(path);
        if (before != null && before.isFolder() && !node.isFolder()) {
            removeBelow(path);
        }
        String parent = parent(path);
        FileNode holder = nodes.get(parent);
        if (holder == null || !holder.isFolder()) {
            put(parent, FileNode.folder(0755, 0, 0));
        }
        nodes.put(path, node);
        names.computeIfAbsent(parent, p -> new TreeSet<>()).add(path.substring(path.lastIndexOf('/') + 1));
    }

    /** Removes a path with everything below. */
    void remove(String path) {
        removeBelow(path);
        nodes.remove(path);
        TreeSet<String> siblings = names.get(parent(path));
        if (siblings != null) {
            siblings.remove(path.substring(path.lastIndexOf('/') + 1));
        }
    }

    /** Empties a folder. */
    void removeBelow(String path) {
        TreeSet<String> held = names.remove(path);
        if (held != null) {
            for (String name : held) {
                String child = path.isEmpty() ? name : path + "/" + name;
                removeBelow(child);
                nodes.remove(child);
            }
        }
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
