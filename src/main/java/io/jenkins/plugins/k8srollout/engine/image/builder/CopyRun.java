package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.CopySpec;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.ArchiveReader;
import io.jenkins.plugins.k8srollout.engine.image.layer.Content;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        if (spec.parents()) {
            folder = true;
        }
        List<SourceFinder.Found> found = new ArrayList<>();
        if (!spec.parents()) {
            spec.sources().forEach(path -> found.addAll(finder.find(path)));
        }
        requireFolder(found.size() + spec.documents().size(), folder, absolute);
        makeFolders(folder ? absolute : absolute.substring(0, absolute.lastIndexOf('/') + 1));
        for (SourceFinder.Found one : found) {
            copy(one, absolute);
        }
        if (spec.parents()) {
            ParentsCopy parents = new ParentsCopy(place, source);
            for (String path : spec.sources()) {
                List<LayerEntry> entries = parents.entries(path);
                entries.forEach(e -> put(join(draft.follow(absolute), e.path()), e.node()));
                found.addAll(entries.stream()
                        .map(e -> new SourceFinder.Found("", e.path(), e.node()))
                        .toList());
            }
        }
        for (CopySpec.Document document : spec.documents()) {
            Content content = Content.ofBytes(document.content().getBytes(StandardCharsets.UTF_8));
            copyFile(document.name(), FileNode.file(DOCUMENT_MODE, 0, 0, content), absolute);
        }
        return found.size() + spec.documents().size();
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

    private void copy(SourceFinder.Found found, String destination) throws IOException {
        if (found.node().isFolder()) {
            String target = draft.follow(destination);
            makeFolders(target);
            copyFolder(found.path(), options.excludes().top(), target);
        } else if (!options.excludes().ignores(found.name()) && !unpacked(found, destination)) {
            copyFile(found.name(), found.node(), destination);
        }
    }

    private void copyFile(String name, FileNode node, String destination) {
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
        draft.put(path, owned.withMode(options.chmod().apply(owned.mode(), owned.isFolder())));
    }

    private void makeFolders(String path) {
        int mode = options.chmod().absolute().orElse(FOLDER_MODE);
        draft.makeFolders(draft.follow(path), mode, options.owner().orElse(Owner.ROOT));
    }

    private boolean unpacked(SourceFinder.Found found, String destination) throws IOException {
        if (options.unpack().isEmpty() || !found.node().isFile()) {
            return false;
        }
        Optional<List<LayerEntry>> entries;
        try {
            entries =
                    ArchiveReader.read(found.node().content(), options.unpack().get());
        } catch (TreeException e) {
            throw new TreeException("'" + found.path() + "': " + e.getMessage(), e.remedy());
        } catch (IOException e) {
            throw new TreeException(
                    "the archive '" + found.path() + "' cannot be unpacked: " + e.getMessage(), "Pack it again");
        }
        if (entries.isEmpty()) {
            return false;
        }
        String target = draft.follow(destination);
        draft.makeFolders(target, FOLDER_MODE, options.owner().orElse(Owner.ROOT));
        for (LayerEntry entry : entries.get()) {
            String path = draft.followParents(join(target, entry.path()));
            int slash = path.lastIndexOf('/');
            draft.makeFolders(slash < 0 ? "" : path.substring(0, slash), FOLDER_MODE, Owner.ROOT);
            FileNode node = entry.node();
            draft.replace(
                    path,
                    options.owner().map(o -> node.ownedBy(o.uid(), o.gid())).orElse(node));
        }
        return true;
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
    }
}
