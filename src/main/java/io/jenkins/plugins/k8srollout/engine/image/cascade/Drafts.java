package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A temporary folder of Dockerfiles whose bases are digests; the project's own files are not touched. Thread-safe as
 * long as each image has one thread.
 */
final class Drafts implements AutoCloseable {
    private final Path folder;

    private Drafts(Path folder) {
        this.folder = folder;
    }

    static Drafts open() {
        try {
            return new Drafts(Files.createTempDirectory("k8s-rollout-cascade").toRealPath());
        } catch (IOException e) {
            throw unwritable("", e);
        }
    }

    /**
     * What the draft and the context are found in. Nothing bounds it, because they lie in two places: the context, its
     * Dockerfile and its ignore file have been resolved inside the project's workspace when they were read.
     */
    Workspace workspace() {
        return Workspace.unbounded(folder);
    }

    /** Writes the image's draft, and says how to build it. */
    ImageBuildRequest request(
            CascadeImage image, CascadeRequest request, ImageDigest key, Map<ImageReference, ImageDigest> bases) {
        List<String> tags = new ArrayList<>(request.tags());
        tags.add(InputKey.tag(key));
        Map<String, String> labels = new LinkedHashMap<>(request.labels());
        labels.put(InputKey.LABEL, key.toString());
        return ImageBuildRequest.image(image.image())
                .tags(tags)
                .context(image.context().toString())
                .dockerfile(write(image, image.pinned(bases)))
                .buildArgs(request.buildArgs())
                .labels(labels)
                .platforms(request.platforms())
                .builder(request.builder())
                .build();
    }

    /** @return the draft's name, which is the original's as long as the context has no such file of its own */
    private String write(CascadeImage image, String text) {
        String name = image.dockerfile().file();
        Path draft = folder.resolve(name);
        try {
            Files.createDirectories(draft.resolveSibling(""));
            Files.writeString(draft, text);
            if (image.ownIgnore().isPresent()) {
                Files.writeString(
                        draft.resolveSibling(draft.getFileName() + ".dockerignore"),
                        image.ownIgnore().get());
            }
        } catch (IOException e) {
            throw unwritable(name, e);
        }
        return Files.exists(image.context().resolve(name)) ? draft.toString() : name;
    }

    private static ReleaseException unwritable(String object, IOException e) {
        return new ReleaseException(
                new Problem(
                        Problem.Kind.FAILED,
                        "write a Dockerfile with the digests of its bases",
                        object,
                        String.valueOf(e.getMessage()),
                        "Check that the folder for temporary files can be written"),
                e);
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path done, IOException failure) throws IOException {
                    Files.delete(done);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // The images are built; texts left in the folder for temporary files harm nobody.
            folder.toFile().deleteOnExit();
        }
    }
}
