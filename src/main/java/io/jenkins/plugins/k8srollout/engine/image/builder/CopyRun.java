package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.CopySpec;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.ArchiveReader;
import io.jenkins.plugins.k8srollout.engine.image.layer.Content;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out one COPY or ADD on a {@link LayerDraft}. Where files land, what is merged and what is replaced is as
 * BuildKit does it ({@code solver/llbsolver/file} and {@code tonistiigi/fsutil/copy}).
 */
final class CopyRun {
    private static final int FOLDER_MODE = 0755;
    private static final int DOCUMENT_MODE = 0644;

    private final Place place;
    private final SourceTree source;
    private final LayerDraft draft;
    private final Options options;
    private final SourceFinder finder;
    private final Map<Long, Long> identities = new HashMap<>();

    /**
     * @param owner of what is put into the image; empty to keep the source's
     * @param unpack where the contents of archives go; empty to copy archives as they are
     */
    record Options(Optional<Owner> owner, Chmod chmod, IgnorePatterns excludes, Optional<Spool> unpack) {}

    CopyRun(Place place, SourceTree source, LayerDraft draft, Options options) {
        this.place = place;
        this.source = source;
        this.draft = draft;
        this.options = options;
        this.finder = new SourceFinder(place, source);
    }

    /**
     * @param spec with all variables replaced
     * @param workingDir where a relative destination starts
     * @return how many sources were found
     */
    int run(CopySpec spec, String workingDir) throws IOException {
        String destination = spec.destination();
        boolean folder = destination.isEmpty()
                || destination.equals(".")
                || destination.endsWith("/")
                || destination.endsWith("/.");
        String absolute = destination.startsWith("/") ? destination : workingDir + "/" + destination;
        int found = spec.documents().size();
        if (spec.parents()) {
            for (String path : spec.sources()) {
                found += copyWithParents(path, absolute);
            }
        } else {
            List<SourceFinder.Found> sources = new ArrayList<>();
            spec.sources().forEach(path -> sources.addAll(finder.find(path)));
            found += sources.size();
            requireFolder(found, folder, absolute);
            for (SourceFinder.Found one : sources) {
                copy(one, absolute, folder);
            }
        }
        for (CopySpec.Document document : spec.documents()) {
            Content content = Content.ofBytes(document.content().getBytes(StandardCharsets.UTF_8));
            copyFile(document.name(), FileNode.file(DOCUMENT_MODE, 0, 0, content), absolute, folder || spec.parents());
        }
        return found;
    }

    private int copyWithParents(String path, String destination) {
        identities.clear();
        Map<String, ParentsCopy.Found> found = new ParentsCopy(place, source, options.excludes()).find(path);
        makeFolders(destination);
        String target = draft.follow(destination);
        found.forEach((below, one) -> {
            String to = join(target, below);
            Optional<FileNode> there = draft.node(to).filter(FileNode::isFolder);
            if (one.onTheWay() && there.isPresent()) {
                // A folder that is there already keeps its owner.
                draft.put(to, there.get().withMode(one.node().mode()));
            } else {
                put(to, one.node());
            }
        });
        return found.size();
    }

    private void requireFolder(int sources, boolean folder, String destination) {
        boolean exists =
                draft.node(draft.follow(destination)).filter(FileNode::isFolder).isPresent();
        if (sources > 1 && !folder && !exists) {
            throw place.refused(
                    sources + " sources cannot be copied to one file '" + destination + "'",
                    "End the destination with a slash to make it a folder");
        }
    }

    private void copy(SourceFinder.Found found, String destination, boolean folder) throws IOException {
        identities.clear();
        if (found.node().isFolder()) {
            makeFolders(destination);
            copyFolder(found.path(), options.excludes().top(), draft.follow(destination));
        } else if (!unpacked(found, destination)) {
            copyFile(found.name(), found.node(), destination, folder);
        }
    }

    private void copyFile(String name, FileNode node, String destination, boolean folder) {
        makeFolders(folder ? destination : destination.substring(0, destination.lastIndexOf('/') + 1));
        String target = draft.follow(destination);
        if (draft.node(target).filter(FileNode::isFolder).isPresent()) {
            target = join(target, name);
        }
        int slash = target.lastIndexOf('/');
        makeFolders(slash < 0 ? "" : target.substring(0, slash));
        put(target, node);
    }

    private void copyFolder(String folder, IgnorePatterns.Folder excluded, String target) {
        for (String name : source.names(folder)) {
            String from = join(folder, name);
            IgnorePatterns.Folder child = excluded.child(name);
            Optional<FileNode> node = child.ignoredWithAllBelow() ? Optional.empty() : source.node(from);
            if (node.isEmpty()) {
                continue;
            }
            if (!child.ignored()) {
                put(join(target, name), node.get());
            }
            if (node.get().isFolder()) {
                copyFolder(from, child, join(target, name));
            }
        }
    }

    private void put(String path, FileNode node) {
        if (node.kind() == FileNode.Kind.SPECIAL) {
            throw new TreeException(
                    "'" + path + "' comes from a device or a pipe of " + source.description(), "Copy other paths");
        }
        FileNode owned =
                options.owner().map(o -> node.ownedBy(o.uid(), o.gid())).orElse(node);
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        if (draft.node(parent).filter(FileNode::isFolder).isEmpty()) {
            makeFolders(parent);
        }
        // Hard links of one source stay so, but are no links of what another source copies.
        long identity =
                node.identity() == 0 ? 0 : identities.computeIfAbsent(node.identity(), known -> draft.newIdentity());
        draft.put(
                path,
                owned.withMode(options.chmod().apply(owned.mode(), owned.isFolder()))
                        .withIdentity(identity));
    }

    private void makeFolders(String path) {
        int mode = options.chmod().absolute().orElse(FOLDER_MODE);
        draft.makeFolders(draft.follow(path), mode, options.owner().orElse(Owner.ROOT));
    }

    private boolean unpacked(SourceFinder.Found found, String destination) throws IOException {
        if (options.unpack().isEmpty() || !found.node().isFile()) {
            return false;
        }
        Optional<List<ArchiveReader.Entry>> entries;
        String target = draft.follow(destination);
        try {
            entries =
                    ArchiveReader.read(found.node().content(), options.unpack().get());
            if (entries.isPresent()) {
                draft.makeFolders(target, FOLDER_MODE, options.owner().orElse(Owner.ROOT));
                new ArchiveUnpack(draft, target, options.owner()).run(entries.get());
            }
        } catch (TreeException e) {
            throw new TreeException("'" + found.path() + "': " + e.getMessage(), e.remedy());
        } catch (IOException e) {
            throw new TreeException(
                    "the archive '" + found.path() + "' cannot be unpacked: " + e.getMessage(), "Pack it again");
        }
        return entries.isPresent();
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
    }
}
