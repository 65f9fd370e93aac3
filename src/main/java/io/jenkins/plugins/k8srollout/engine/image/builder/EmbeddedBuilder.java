package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.layer.ContextTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerFactory;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Builds an image in this process: plans all stages, makes the layers, publishes the result. */
final class EmbeddedBuilder {
    static final String NAME = "embedded";

    private final Registries registries;
    private final LayerCache cache;
    private final ProgressSink sink;

    EmbeddedBuilder(Registries registries, LayerCache cache, ProgressSink sink) {
        this.registries = registries;
        this.cache = cache;
        this.sink = sink;
    }

    /**
     * @param past is told how it went
     */
    ImageBuildResult build(ImageBuildRequest request, BuildInput input, PastBuilds past) {
        try (Tasks tasks = new Tasks(Runtime.getRuntime().availableProcessors());
                RegistryClients clients = new RegistryClients(registries, sink);
                Spool spool = Spool.in(temporaryFolder())) {
            ContextTree context = ContextTree.open(input.context(), input.ignore(), cache);
            Instant time = Instant.ofEpochSecond(request.epochSeconds());
            NoticeSink notices = new NoticeSink(sink);
            BaseImages bases = new BaseImages(clients, cache, spool, notices);
            List<StageState> planned = new ArrayList<>();
            for (Platform platform : request.platforms()) {
                Scope scope = Scope.of(request, input.dockerfile(), platform);
                StagePlanner planner =
                        new StagePlanner(input.dockerfile(), platform, time, context, bases, scope, spool, notices);
                planned.add(readable(plan(request, input.dockerfile(), context, planner, scope, tasks), bases));
                if (planned.size() == 1) {
                    warnOfUnused(scope, notices);
                }
            }
            LayerFactory factory = new LayerFactory(cache, tasks.workers(), tasks.processors(), time);
            ImagePublisher publisher = new ImagePublisher(request, clients, factory, tasks, sink);
            ImageManifest image = publisher.publish(planned);
            context.saveDigests();
            past.keep(image, publisher.ownLayers(), bases.names(), context.snapshot(), notices.notices());
            sink.accept(new ProgressEvent.ImageReady(
                    ImagePublisher.names(request), image.digest(), image.size(), publisher.pushedBytes()));
            return new ImageBuildResult(
                    request.image().name(),
                    request.tags(),
                    image.digest(),
                    image.size(),
                    publisher.pushedBytes(),
                    NAME);
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "build the image",
                            request.image().name(),
                            String.valueOf(e.getMessage()),
                            "Check that the disks of the build context and of the cache can be read and written"),
                    e);
        }
    }

    private StageState plan(
            ImageBuildRequest request,
            Dockerfile file,
            ContextTree context,
            StagePlanner planner,
            Scope scope,
            Tasks tasks)
            throws IOException {
        Stage target = file.target(request.target());
        List<Stage> needed = StageGraph.neededFor(file, target, scope);
        // The network and the disk are asked at the same time; nothing else uses these objects meanwhile.
        tasks.run(List.of(
                () -> {
                    planner.lookAhead(needed);
                    return null;
                },
                () -> {
                    lookAhead(needed, context);
                    return null;
                }));
        StageState state = null;
        for (Stage stage : needed) {
            state = planner.plan(stage);
        }
        request.labels().forEach(state.config()::setLabel);
        return state;
    }

    private static void warnOfUnused(Scope scope, ProgressSink notices) {
        for (String name : scope.unused()) {
            notices.accept(new ProgressEvent.Notice(
                    Finding.Severity.WARNING, "the build argument " + name + " is not used by any ARG"));
        }
    }

    private static void lookAhead(List<Stage> needed, ContextTree context) {
        for (Stage stage : needed) {
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Instruction.Copy copy && copy.from().isEmpty()) {
                    copy.spec().sources().forEach(context::lookAhead);
                } else if (instruction instanceof Instruction.Add add) {
                    add.spec().sources().forEach(context::lookAhead);
                }
            }
        }
    }

    /** Contents of base images that layers of the target copy are fetched now, and no others. */
    private static StageState readable(StageState stage, BaseImages bases) {
        stage.replaceLayers(layer ->
                layer instanceof PlannedLayer.Own own ? new PlannedLayer.Own(bases.readable(own.entries())) : layer);
        return stage;
    }

    private static Path temporaryFolder() throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
    }
}
