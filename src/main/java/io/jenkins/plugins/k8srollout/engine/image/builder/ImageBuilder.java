package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Builds images and pushes them. Thread-safe; each call makes the calling thread wait, and interrupting it ends the
 * build. Failures are {@link ReleaseException}s; one that comes before the first layer is pushed has changed nothing,
 * a later one has at most left blobs in the registry that no tag names.
 */
public final class ImageBuilder {
    private final Registries registries;
    private final LayerCache cache;
    private final ProgressSink sink;
    private final Clock clock;
    private final Supplier<ExternalBuilders> externals;

    public ImageBuilder(Registries registries, LayerCache cache, ProgressSink sink, Clock clock) {
        this(registries, cache, sink, clock, () -> ExternalBuilders.ofThisMachine(registries, sink));
    }

    ImageBuilder(
            Registries registries,
            LayerCache cache,
            ProgressSink sink,
            Clock clock,
            Supplier<ExternalBuilders> externals) {
        this.registries = registries;
        this.cache = cache;
        this.sink = sink;
        this.clock = clock;
        this.externals = externals;
    }

    /**
     * Builds an image, with the builder that the request names or the first that can.
     *
     * @param workspace the folder that context and Dockerfile must not leave
     */
    public ImageBuildResult build(ImageBuildRequest request, Workspace workspace) {
        Instant start = clock.instant();
        String stage = "Build image";
        sink.accept(new ProgressEvent.StageStarted(stage, request.image().name()));
        boolean success = false;
        try {
            ImageBuildResult result = build(request, BuildFiles.read(request, workspace));
            success = true;
            return result;
        } finally {
            sink.accept(new ProgressEvent.StageFinished(stage, success, Duration.between(start, clock.instant())));
        }
    }

    private ImageBuildResult build(ImageBuildRequest request, BuildFiles files) {
        boolean external = request.builder() != BuilderChoice.AUTO && request.builder() != BuilderChoice.EMBEDDED;
        PastBuilds past = new PastBuilds(request, files, cache);
        Optional<ImageBuildResult> same = external ? Optional.empty() : past.repeat(registries, sink);
        return same.orElseGet(() -> choose(request, BuildInput.parse(files), past));
    }

    private ImageBuildResult choose(ImageBuildRequest request, BuildInput input, PastBuilds past) {
        Dockerfile file = input.dockerfile();
        List<Stage> stages = StageGraph.neededFor(
                file,
                file.target(request.target()),
                Scope.of(request, file, request.platforms().get(0)));
        Optional<EmbeddedLimits.Obstacle> obstacle = EmbeddedLimits.first(file, stages);
        return switch (request.builder()) {
            case EMBEDDED -> embedded(request, input, past, obstacle, "builder embedded was asked for");
            case AUTO ->
                obstacle.isEmpty()
                        ? embedded(request, input, past, obstacle, "")
                        : firstExternal(obstacle.get()).build(request, input);
            default -> externals.get().named(request.builder()).build(request, input);
        };
    }

    private ExternalBuilder firstExternal(EmbeddedLimits.Obstacle obstacle) {
        ExternalBuilders there = externals.get();
        return there.firstAvailable().orElseThrow(() -> needsExternal(obstacle, "none was found: " + there.looked()));
    }

    private ImageBuildResult embedded(
            ImageBuildRequest request,
            BuildInput input,
            PastBuilds past,
            Optional<EmbeddedLimits.Obstacle> obstacle,
            String why) {
        if (obstacle.isPresent()) {
            throw needsExternal(obstacle.get(), why);
        }
        return new EmbeddedBuilder(registries, cache, sink).build(request, input, past);
    }

    private static ReleaseException needsExternal(EmbeddedLimits.Obstacle obstacle, String why) {
        return new ReleaseException(new Problem(
                Problem.Kind.REFUSED_INPUT,
                "build the image",
                obstacle.place().toString(),
                obstacle.reason() + ", which takes an external builder, and " + why,
                "Install one on the agent or set BUILDKIT_HOST; or do that step once in a base image and only add"
                        + " sources here",
                Arrays.stream(BuilderChoice.values())
                        .filter(c -> c != BuilderChoice.AUTO && c != BuilderChoice.EMBEDDED)
                        .map(BuilderChoice::label)
                        .toList()));
    }
}
