package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
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
 * What a build reads before it begins.
 *
 * @param context the real path of the build context
 * @param file the real path of the Dockerfile
 * @param ignoreFile the ignore file in force, where there is one
 */
record BuildInput(Path context, Path file, Dockerfile dockerfile, IgnorePatterns ignore, Optional<Path> ignoreFile) {
    private static final long LARGEST = 1 << 20;
    private static final String READ = "read the Dockerfile";

    /** Reads Dockerfile and ignore file; neither may lie outside the workspace. */
    static BuildInput read(ImageBuildRequest request, Workspace workspace) {
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
        Optional<Path> ignoreFile = ignoreFile(context, file);
        return new BuildInput(
                context,
                file,
                Dockerfile.parse(named, text(file, named)),
                ignoreFile.map(BuildInput::ignore).orElse(IgnorePatterns.NONE),
                ignoreFile);
    }

    /** The Dockerfile's own, {@code NAME.dockerignore} beside it, else the context's {@code .dockerignore}. */
    private static Optional<Path> ignoreFile(Path context, Path file) {
        Path own = file.resolveSibling(file.getFileName() + ".dockerignore");
        Path common = context.resolve(".dockerignore");
        return Files.isRegularFile(own, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(own)
                : Optional.of(common).filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static IgnorePatterns ignore(Path file) {
        String name = file.getFileName().toString();
        return IgnorePatterns.parse(name, text(file, name));
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
