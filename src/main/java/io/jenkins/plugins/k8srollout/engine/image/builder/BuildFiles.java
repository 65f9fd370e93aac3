package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The texts that say what to build, as they are on disk.
 *
 * @param context the real path of the build context
 * @param name the Dockerfile as the request names it
 * @param file the real path of the Dockerfile
 * @param ignoreFile the ignore file in force, where there is one
 * @param ignoreText empty where there is none
 */
record BuildFiles(Path context, String name, Path file, String text, Optional<Path> ignoreFile, String ignoreText) {
    private static final long LARGEST = 1 << 20;
    private static final String READ = "read the Dockerfile";

    /** Reads Dockerfile and ignore file; neither may lie outside the workspace. */
    static BuildFiles read(ImageBuildRequest request, Workspace workspace) {
        Path context = workspace.resolve(request.context());
        if (!Files.isDirectory(context)) {
            throw ReleaseException.refused(
                    "read the build context", request.context(), "it is not a folder", "Name the folder to build from");
        }
        String named = request.dockerfile();
        Path inContext = context.resolve(named).normalize();
        boolean there = inContext.startsWith(context) && Files.isRegularFile(inContext);
        if (!there && !Files.isRegularFile(workspace.root().resolve(named))) {
            throw ReleaseException.refused(
                    READ,
                    named,
                    "there is no such file in the build context '" + request.context() + "' or the workspace",
                    "Name the file with the parameter dockerfile");
        }
        Path file = workspace.resolve((there ? inContext : workspace.root().resolve(named)).toString());
        Optional<Path> ignoreFile = ignoreFile(context, file, workspace);
        String ignoreText = ignoreFile.map(path -> text(path, name(path))).orElse("");
        return new BuildFiles(context, named, file, text(file, named), ignoreFile, ignoreText);
    }

    /** The Dockerfile's own, {@code NAME.dockerignore} beside it, else the context's {@code .dockerignore}. */
    private static Optional<Path> ignoreFile(Path context, Path file, Workspace workspace) {
        Path own = file.resolveSibling(file.getFileName() + ".dockerignore");
        Path common = context.resolve(".dockerignore");
        for (Path candidate : new Path[] {own, common}) {
            if (Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(readable(candidate, workspace));
            }
        }
        return Optional.empty();
    }

    // What cannot be followed is refused: without its patterns, secrets would get into the image.
    private static Path readable(Path ignoreFile, Workspace workspace) {
        Path real = workspace.resolve(ignoreFile.toString());
        if (!Files.isRegularFile(real)) {
            throw ReleaseException.refused(
                    "read the ignore file", name(ignoreFile), "it is not a file", "Remove or correct it");
        }
        return real;
    }

    /** Of a file, without its folders. */
    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String text(Path file, String shown) {
        try {
            if (Files.size(file) > LARGEST) {
                throw ReleaseException.refused(
                        READ, shown, "it is larger than 1 MiB", "Check that it is the right file");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw ReleaseException.refused(READ, shown, "it is not UTF-8 text", "Save it as UTF-8");
        } catch (IOException e) {
            throw ReleaseException.refused(
                    READ, shown, "it cannot be read: " + e.getMessage(), "Let the build's user read it");
        }
    }
}
