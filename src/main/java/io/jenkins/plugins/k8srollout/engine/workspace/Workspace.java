package io.jenkins.plugins.k8srollout.engine.workspace;

import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of a checked-out project. Whoever wrote the files in it may not be whoever runs the build, so no path
 * given by a request, and no symbolic link met on the way, leads out of it.
 *
 * <p>Immutable and thread-safe; its methods read the file system when called. Failures are {@link ReleaseException}s of
 * kind {@code REFUSED_INPUT} that name the path as the user wrote it.
 */
public final class Workspace {
    private final Path given;
    private final Path root;
    private final boolean bounded;

    private Workspace(Path folder, boolean bounded) {
        this.given = folder.toAbsolutePath().normalize();
        this.root = existing(folder);
        this.bounded = bounded;
    }

    /**
     * A workspace that nothing may leave: {@code ../}, absolute paths elsewhere and links that point elsewhere are
     * refused.
     */
    public static Workspace at(Path root) {
        return new Workspace(root, true);
    }

    /**
     * For paths that a person typed at a terminal: they may lie anywhere the person may read. Never use it for paths
     * that come from a project's files or from a job's configuration.
     *
     * @param base where relative paths start
     */
    public static Workspace unbounded(Path base) {
        return new Workspace(base, false);
    }

    /** The real, absolute path of the folder. */
    public Path root() {
        return root;
    }

    /**
     * The real path of an existing file or folder.
     *
     * @param path relative to the workspace, or absolute
     */
    public Path resolve(String path) {
        Path named = named(path);
        try {
            return checked(named.toRealPath(), path);
        } catch (IOException e) {
            throw refused(path, "there is no such file or folder", "Check the path; relative ones start at " + root);
        }
    }

    /**
     * Reads manifests.
     *
     * @param patterns files of any name; folders, read with their subfolders, from which files named {@code *.yaml},
     *     {@code *.yml} and {@code *.json} are taken; or patterns with {@code *}, {@code **}, {@code ?}, {@code [a-z]}
     *     and <code>{a,b}</code>. Hidden files and folders are taken only where they are named.
     * @return each file once, in the order of the patterns and by path within a pattern
     * @throws ReleaseException (refused input) if a pattern finds nothing, leaves the workspace, or a file is no UTF-8
     *     text, or larger than 5 MiB, or all are larger than 50 MiB
     */
    public List<ManifestSource> readManifests(List<String> patterns) {
        if (patterns.isEmpty()) {
            throw refused("", "no file or folder was named", "Name the folder of the manifests, for example deploy/");
        }
        return new ManifestReader(this).read(new ManifestFinder(this).find(patterns));
    }

    /** The path of a request inside this workspace, not yet known to exist. */
    Path named(String path) {
        try {
            Path named = root.resolve(path).normalize();
            if (named.startsWith(given)) {
                named = root.resolve(given.relativize(named));
            }
            // Refused by name before anything is looked up: an error must not tell what exists elsewhere.
            return checked(named, path);
        } catch (InvalidPathException e) {
            throw refused(path, "it is not a path", "Name a file or folder; relative paths start at " + root);
        }
    }

    Path checked(Path absolute, String shown) {
        if (bounded && !absolute.startsWith(root)) {
            throw refused(
                    shown, "it leads out of the workspace", "Name a file inside, and replace links by what they name");
        }
        return absolute;
    }

    /** How messages show a file: relative to the workspace where it lies inside, with forward slashes. */
    String shown(Path absolute) {
        Path shown = absolute.startsWith(root) && !absolute.equals(root) ? root.relativize(absolute) : absolute;
        return shown.toString().replace('\\', '/');
    }

    private static Path existing(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw refused(folder.toString(), "the folder does not exist", "Check out the project first");
        }
    }

    static ReleaseException refused(String path, String reason, String remedy) {
        return ReleaseException.refused("read the files", path, reason, remedy);
    }
}
