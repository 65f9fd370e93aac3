package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A build context on disk without what its ignore file leaves out. It is read when asked, so folders that nobody copies
 * cost nothing. Files belong to root, as in every image builder; permissions are kept. Used by one thread; the contents
 * it hands out are thread-safe.
 */
public final class ContextTree implements SourceTree {
    // What Java puts where a file name's bytes are no text in the locale.
    private static final char UNDECODED = '\uFFFD';

    private final Path root;
    private final IgnorePatterns ignore;
    private final FileDigests digests;
    private final LayerCache cache;
    private final Map<String, IgnorePatterns.Folder> places = new HashMap<>();
    private final Map<String, FileNode> looked = new HashMap<>();
    private final Map<String, List<String>> listed = new HashMap<>();
    private final Map<String, Long> identities = new HashMap<>();
    private final ContextSnapshot.Builder seen;

    private ContextTree(Path root, IgnorePatterns ignore, FileDigests digests, LayerCache cache) {
        this.root = root;
        this.ignore = ignore;
        this.digests = digests;
        this.cache = cache;
        this.seen = new ContextSnapshot.Builder(cache.now());
    }

    /**
     * @param root the real path of the context's folder
     */
    public static ContextTree open(Path root, IgnorePatterns ignore, LayerCache cache) {
        return new ContextTree(root, ignore, cache.digestsOf(root), cache);
    }

    /**
     * Looks up what a source names, with everything below, so that it is known later. What cannot be looked up, be it
     * because it is no plain path, is left for then: only an instruction knows its line.
     */
    public void lookAhead(String source) {
        try {
            // Followed step by step: the disk itself would follow a link out of the context.
            lookBelow(new PathResolver(this).follow(source));
        } catch (TreeException | java.nio.file.InvalidPathException e) {
            return;
        }
    }

    private void lookBelow(String path) {
        if (node(path).filter(FileNode::isFolder).isPresent()) {
            for (String name : names(path)) {
                lookBelow(path.isEmpty() ? name : path + "/" + name);
            }
        }
    }

    /** Keeps the digests of the files that were used, for the next build. */
    public void saveDigests() throws IOException {
        cache.save(root, digests);
    }

    /** All that was looked at so far; empty if some of it might change unseen, because it had only just changed. */
    public Optional<ContextSnapshot> snapshot() {
        return seen.build();
    }

    /** Whether a path is left out by the ignore file, for messages. */
    public boolean ignores(String path) {
        return !path.isEmpty() && place(path).ignored();
    }

    @Override
    public Optional<FileNode> node(String path) {
        if (path.isEmpty()) {
            return Optional.of(FileNode.folder(0755, 0, 0));
        }
        FileNode known = looked.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        IgnorePatterns.Folder place = place(path);
        if (place.ignoredWithAllBelow()) {
            return Optional.empty();
        }
        Path file = root.resolve(path);
        try {
            FileStat stat = FileStat.of(file);
            seen.looked(path, stat);
            boolean hidden = place.ignored()
                    && (stat.type() != FileStat.Type.FOLDER || names(path).isEmpty());
            if (hidden) {
                return Optional.empty();
            }
            FileNode node = node(path, file, stat);
            looked.put(path, node);
            return Optional.of(node);
        } catch (NoSuchFileException e) {
            seen.missing(path);
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private FileNode node(String path, Path file, FileStat stat) throws IOException {
        return switch (stat.type()) {
            case FOLDER -> FileNode.folder(stat.mode(), 0, 0);
            case FILE ->
                FileNode.file(stat.mode(), 0, 0, new FileContent(file, stat, digests))
                        .withIdentity(identity(stat));
            case LINK -> FileNode.link(Files.readSymbolicLink(file).toString(), 0, 0);
            case OTHER ->
                throw new TreeException(
                        "'" + path + "' in the build context is a device, a pipe or a socket",
                        "Remove it, or name it in .dockerignore");
        };
    }

    /** Inode numbers are unique on a device only, so they are counted anew. */
    private long identity(FileStat stat) {
        return stat.links() < 2
                ? 0
                : identities.computeIfAbsent(stat.device() + " " + stat.inode(), inode -> (long) identities.size() + 1);
    }

    @Override
    public List<String> names(String folder) {
        List<String> known = listed.get(folder);
        if (known == null) {
            known = list(folder);
            listed.put(folder, known);
        }
        return known;
    }

    private List<String> list(String folder) {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            files.forEach(file -> names.add(readable(file.getFileName().toString())));
        } catch (IOException | java.io.UncheckedIOException e) {
            throw unreadable(folder, e);
        }
        seen.listed(folder, names);
        names.removeIf(name -> isHidden(folder.isEmpty() ? name : folder + "/" + name));
        names.sort(null);
        return List.copyOf(names);
    }

    private static String readable(String name) {
        if (name.indexOf(UNDECODED) >= 0) {
            throw new TreeException(
                    "the file name '" + name + "' in the build context is not text in this process's character set",
                    "Set LC_ALL=C.UTF-8 where Java is started, or rename the file");
        }
        return name;
    }

    /** Ignored, and no folder that something below brings back. */
    private boolean isHidden(String path) {
        IgnorePatterns.Folder place = place(path);
        if (!place.ignored()) {
            return false;
        }
        if (place.ignoredWithAllBelow()) {
            return true;
        }
        boolean folder = Files.isDirectory(root.resolve(path), java.nio.file.LinkOption.NOFOLLOW_LINKS);
        seen.typed(path, folder);
        return !folder || names(path).isEmpty();
    }

    private IgnorePatterns.Folder place(String path) {
        if (path.isEmpty()) {
            return ignore.top();
        }
        IgnorePatterns.Folder known = places.get(path);
        if (known == null) {
            int slash = path.lastIndexOf('/');
            known = place(slash < 0 ? "" : path.substring(0, slash)).child(path.substring(slash + 1));
            places.put(path, known);
        }
        return known;
    }

    @Override
    public String description() {
        return "the build context";
    }

    private static TreeException unreadable(String path, Exception e) {
        boolean denied = e instanceof java.nio.file.AccessDeniedException
                || e.getCause() instanceof java.nio.file.AccessDeniedException;
        return new TreeException(
                "'" + (path.isEmpty() ? "." : path) + "' in the build context cannot be read"
                        + (denied ? ": permission denied" : ": " + e.getMessage()),
                "Let the build's user read it, or name it in .dockerignore");
    }
}
