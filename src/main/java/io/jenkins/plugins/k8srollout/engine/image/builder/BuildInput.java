package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a build begins with.
 *
 * @param context the real path of the build context
 * @param file the real path of the Dockerfile
 * @param ignoreFile the ignore file in force, where there is one
 */
record BuildInput(Path context, Path file, Dockerfile dockerfile, IgnorePatterns ignore, Optional<Path> ignoreFile) {

    /** Reads Dockerfile and ignore file; neither may lie outside the workspace. */
    static BuildInput read(ImageBuildRequest request, Workspace workspace) {
        return parse(BuildFiles.read(request, workspace));
    }

    static BuildInput parse(BuildFiles files) {
        return new BuildInput(
                files.context(),
                files.file(),
                Dockerfile.parse(files.name(), files.text()),
                files.ignoreFile()
                        .map(file -> IgnorePatterns.parse(BuildFiles.name(file), files.ignoreText()))
                        .orElse(IgnorePatterns.NONE),
                files.ignoreFile());
    }
}
