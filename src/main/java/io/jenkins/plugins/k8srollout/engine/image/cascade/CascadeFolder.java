package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the Dockerfiles of a folder and its subfolders. Hidden folders, {@code node_modules} and links to folders are
 * passed over. Whatever a file is read from must lie in the workspace. Used by one thread.
 */
final class CascadeFolder {
    private static final String READ = "read the cascade";
    private static final long LARGEST = 1 << 20;
    private static final int MOST_IMAGES = 1000;

    private final CascadeRequest request;
    private final Workspace workspace;
    private final ImageNames names;

    CascadeFolder(CascadeRequest request, Workspace workspace) {
        this.request = request;
        this.workspace = workspace;
        this.names = new ImageNames(request.image());
    }

    /**
     * @return by folder
     * @throws ReleaseException (refused input) if there is none, or one cannot be read or used
     */
    List<CascadeImage> read() {
        Path root = workspace.resolve(request.folder());
        if (!Files.isDirectory(root)) {
            throw ReleaseException.refused(
                    READ, request.folder(), "it is not a folder", "Name the folder that holds the images' folders");
        }
        List<CascadeImage> images = new ArrayList<>();
        for (Path context : contexts(root)) {
            image(root, context).ifPresent(images::add);
        }
        if (images.isEmpty()) {
            throw ReleaseException.refused(
                    READ,
                    request.folder(),
                    "no folder in it holds a file named " + request.dockerfile(),
                    "Name the folder that holds the images' folders");
        }
        return images;
    }

    private List<Path> contexts(Path root) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = String.valueOf(folder.getFileName());
                    boolean passed = !folder.equals(root) && (name.startsWith(".") || name.equals("node_modules"));
                    return passed ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.endsWith(request.dockerfile())) {
                        found.add(file.resolveSibling(""));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unreadable(request.folder(), e);
        }
        if (found.size() > MOST_IMAGES) {
            throw ReleaseException.refused(
                    READ,
                    request.folder(),
                    "it has " + found.size() + " Dockerfiles, and a cascade may have " + MOST_IMAGES,
                    "Name a folder further down");
        }
        found.sort(null);
        return found;
    }

    private Optional<CascadeImage> image(Path root, Path context) {
        String folder = root.relativize(context).toString().replace('\\', '/');
        String shown = (folder.isEmpty() ? "" : folder + "/") + request.dockerfile();
        String text = text(context.resolve(request.dockerfile()), shown);
        Optional<ImageReference> name = names.of(folder, shown, text);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Dockerfile dockerfile = Dockerfile.parse(shown, text);
        Optional<String> own = ignoreText(context.resolve(request.dockerfile() + ".dockerignore"), shown);
        Optional<String> common = ignoreText(context.resolve(".dockerignore"), shown);
        IgnorePatterns ignore = own.or(() -> common)
                .map(patterns -> IgnorePatterns.parse(shown + ": its ignore file", patterns))
                .orElse(IgnorePatterns.NONE);
        CascadeImage image =
                new CascadeImage(folder, name.get(), context, dockerfile, text, own, ignore, uses(dockerfile));
        requirePinnable(image);
        return Optional.of(image);
    }

    private List<BaseUse> uses(Dockerfile dockerfile) {
        List<BaseUse> uses = null;
        for (Platform platform : request.platforms()) {
            List<BaseUse> here = BaseUses.of(dockerfile, request.buildArgs(), platform);
            if (uses != null && !uses.equals(here)) {
                throw ReleaseException.refused(
                        READ,
                        dockerfile.file(),
                        "its bases differ from platform to platform, and one text is built for all of them",
                        "Name bases that are there for all platforms, or build one platform at a time");
            }
            uses = here;
        }
        return uses;
    }

    /** What could not be pinned later is refused now, when nothing has been built. */
    private static void requirePinnable(CascadeImage image) {
        Map<ImageReference, ImageDigest> any = new HashMap<>();
        image.bases().forEach(base -> any.put(base, ImageDigest.of(new byte[0])));
        image.pinned(any);
    }

    private Optional<String> ignoreText(Path file, String shown) {
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        return there ? Optional.of(text(file, shown + ": " + file.getFileName())) : Optional.empty();
    }

    private String text(Path file, String shown) {
        Path real = workspace.resolve(file.toString());
        try {
            if (!Files.isRegularFile(real) || Files.size(real) > LARGEST) {
                throw ReleaseException.refused(
                        READ, shown, "it is no file of at most 1 MiB", "Check that it is the right file");
            }
            return Files.readString(real, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw ReleaseException.refused(READ, shown, "it is not UTF-8 text", "Save it as UTF-8");
        } catch (IOException e) {
            throw unreadable(shown, e);
        }
    }

    private static ReleaseException unreadable(String shown, IOException e) {
        return ReleaseException.refused(
                READ, shown, "it cannot be read: " + e.getMessage(), "Let the build's user read it");
    }
}
