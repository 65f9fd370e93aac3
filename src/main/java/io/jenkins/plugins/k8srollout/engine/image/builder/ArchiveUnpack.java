package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.layer.ArchiveReader;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.PathResolver;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacks one archive into a folder of the image, as BuildKit does in a process whose root is that folder: no name and no
 * link leads out of it, and whatever is there gives way.
 */
final class ArchiveUnpack {
    private static final int FOLDER_MODE = 0755;

    private final LayerDraft draft;
    private final String folder;
    private final Optional<Owner> owner;
    private final PathResolver inside;
    private final Map<Long, List<String>> names = new HashMap<>();

    /**
     * @param folder exists; without leading slash, all links followed
     * @param owner of everything; empty for what the archive says
     */
    ArchiveUnpack(LayerDraft draft, String folder, Optional<Owner> owner) {
        this.draft = draft;
        this.folder = folder;
        this.owner = owner;
        this.inside = new PathResolver(new Below());
    }

    void run(List<ArchiveReader.Entry> entries) {
        for (ArchiveReader.Entry entry : entries) {
            // The folder itself stays as it is.
            if (!entry.path().isEmpty()) {
                FileNode node = entry.node();
                put(entry, owner.map(o -> node.ownedBy(o.uid(), o.gid())).orElse(node));
            }
        }
    }

    private void put(ArchiveReader.Entry entry, FileNode node) {
        String path = CopyRun.join(folder, inside.followParents(entry.path()));
        String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        if (draft.node(parent).isEmpty() && crossesLink(entry.path())) {
            throw new TreeException(
                    "the archive puts '" + entry.path() + "' behind a symbolic link that leads nowhere",
                    "Pack it again with the folder, or without the link");
        }
        draft.makeFolders(parent, FOLDER_MODE, Owner.ROOT);
        if (entry.hardLinkTo().isEmpty()) {
            draft.replace(path, node);
        } else {
            link(entry, path, node);
        }
    }

    /** Whether a folder on the way is a symbolic link: what it leads to is not made. */
    private boolean crossesLink(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String part = CopyRun.join(folder, path.substring(0, slash));
            if (draft.node(part).filter(FileNode::isLink).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Both names get owner and permissions of the entry that comes last. */
    private void link(ArchiveReader.Entry entry, String path, FileNode written) {
        String target = CopyRun.join(folder, inside.followParents(entry.hardLinkTo()));
        FileNode there = draft.node(target)
                .filter(node -> !node.isFolder() && node.kind() != FileNode.Kind.SPECIAL)
                .orElseThrow(() -> new TreeException(
                        "the archive's '" + entry.path() + "' is a hard link to '" + entry.hardLinkTo()
                                + "', which is no file in it before",
                        "Pack it again with the file itself"));
        FileNode same = there.withIdentity(there.identity() == 0 ? draft.newIdentity() : there.identity())
                .ownedBy(written.uid(), written.gid())
                .withMode(written.mode());
        List<String> shared = names.computeIfAbsent(same.identity(), i -> new ArrayList<>(List.of(target)));
        shared.add(path);
        draft.replace(path, same);
        shared.stream()
                .filter(name -> draft.node(name)
                        .filter(node -> name.equals(target) || node.identity() == same.identity())
                        .isPresent())
                .forEach(name -> draft.replace(name, same));
    }

    /** The image's files from the folder on. */
    private final class Below implements SourceTree {
        @Override
        public Optional<FileNode> node(String path) {
            return draft.node(CopyRun.join(folder, path));
        }

        @Override
        public List<String> names(String path) {
            return List.of();
        }

        @Override
        public String description() {
            return "the archive";
        }
    }
}
