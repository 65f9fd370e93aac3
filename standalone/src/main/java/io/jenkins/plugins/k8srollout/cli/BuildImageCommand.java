package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.delivery.DeliveredImage;
import io.jenkins.plugins.k8srollout.engine.delivery.ImageDelivery;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.image.builder.BuilderChoice;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildResult;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeBuilder;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadePlan;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeRequest;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeResult;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code build-image}: builds an image and pushes it. */
@Command(
        name = "build-image",
        mixinStandardHelpOptions = true,
        description = "Builds an image and pushes it, without a daemon where the Dockerfile has no RUN.")
final class BuildImageCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    RegistryOptions registry;

    @Mixin
    DeliveryOptions delivery;

    @Mixin
    CascadeOptions cascade;

    @Mixin
    OutputOptions output;

    @Parameters(arity = "0..1", paramLabel = "CONTEXT", description = "default: .")
    Path context;

    @Option(names = "--image", required = true, paramLabel = "NAME", description = "the repository, without a tag")
    String image;

    @Option(names = "--tag", paramLabel = "TAG", description = "may be given several times (default: latest)")
    List<String> tags = List.of();

    @Option(
            names = "--dockerfile",
            defaultValue = "Dockerfile",
            paramLabel = "FILE",
            description = "inside the context (default: ${DEFAULT-VALUE})")
    String dockerfile;

    @Option(names = "--target", defaultValue = "", paramLabel = "STAGE", description = "default: the last stage")
    String target;

    @Option(names = "--build-arg", paramLabel = "NAME=VALUE", description = "may be given several times")
    Map<String, String> buildArgs = Map.of();

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "may be given several times")
    Map<String, String> labels = Map.of();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "default: linux/amd64")
    List<String> platforms = List.of();

    @Option(
            names = "--builder",
            defaultValue = "auto",
            description = "auto, embedded, buildkit, buildah, podman or docker (default: ${DEFAULT-VALUE})")
    String builder;

    @Option(names = "--no-push", description = "build only")
    boolean noPush;

    @Option(names = "--cache", paramLabel = "FOLDER", description = "layers already compressed are kept here")
    Path cache;

    BuildImageCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (cascade.wanted()) {
            return buildCascade();
        }
        cascade.requireUnused();
        ProgressSink sink = console.sink(output.format);
        LayerCache layers = layers();
        ImageBuildRequest request = request();
        HarborOptions options = delivery.options();
        String own = request.image().registry();
        Registries registries = host -> registry.access(host, host.equals(own), console);
        ImageBuilder builder = new ImageBuilder(registries, layers, sink, Clock.systemUTC());
        DeliveredImage image = new ImageDelivery(builder, registries, sink)
                .run(request, options, workspace(context == null ? Path.of("") : context));
        report(image);
        image.requireAccepted();
        return ExitCode.OK;
    }

    private LayerCache layers() {
        Path folder = cache == null ? LayerCache.defaultFolder() : cache;
        return new LayerCache(folder, LayerCache.DEFAULT_BYTES, Clock.systemUTC());
    }

    private static Workspace workspace(Path folder) {
        return Workspace.at(folder.toAbsolutePath().normalize());
    }

    private int buildCascade() {
        cascade.requireAbsent(context != null, "CONTEXT", "each folder of a cascade is its own context");
        cascade.requireAbsent(!target.isEmpty(), "--target", "a cascade builds the last stage of each Dockerfile");
        cascade.requireAbsent(noPush, "--no-push", "what depends on an image needs it in the registry");
        cascade.requireAbsent(!delivery.options().isNone(), "Harbor's options", "a cascade does not know them yet");
        CascadeRequest request = CascadeRequest.of(".", image)
                .tags(tags)
                .dockerfile(dockerfile)
                .buildArgs(buildArgs)
                .labels(labels)
                .platforms(platforms.stream().map(Platform::parse).toList())
                .builder(BuilderChoice.parse(builder))
                .parallel(cascade.parallel())
                .build();
        ProgressSink sink = console.sink(output.format);
        LayerCache layers = layers();
        String own = CascadeRequest.registryOf(image);
        Registries registries = host -> registry.access(host, host.equals(own), console);
        ImageBuilder builder = new ImageBuilder(registries, layers, sink, Clock.systemUTC());
        CascadeBuilder cascades = new CascadeBuilder(registries, layers, builder::build, sink, Clock.systemUTC());
        CascadePlan plan = cascades.plan(request, workspace(cascade.folder));
        CascadeReport report = new CascadeReport(console, output.json());
        if (cascade.plan) {
            report.plan(plan);
            return ExitCode.OK;
        }
        CascadeResult result = cascades.run(plan);
        report.result(result, request.tags());
        result.problem().ifPresent(console::failure);
        return result.problem().map(problem -> ExitCode.of(problem.kind())).orElse(ExitCode.OK);
    }

    private ImageBuildRequest request() {
        ImageBuildRequest.Builder request = ImageBuildRequest.image(ImageReference.parse(image))
                .tags(tags)
                .dockerfile(dockerfile)
                .target(target)
                .buildArgs(buildArgs)
                .labels(labels)
                .push(!noPush)
                .builder(BuilderChoice.parse(builder));
        if (!platforms.isEmpty()) {
            request.platforms(platforms.stream().map(Platform::parse).toList());
        }
        return request.build();
    }

    private void report(DeliveredImage delivered) {
        ImageBuildResult result = delivered.image();
        if (!output.json()) {
            // A name that no registry knows would only mislead.
            console.out().println(noPush ? result.digest().toString() : result.pinned());
            return;
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("image", result.image());
        row.put("tags", result.tags());
        row.put("digest", result.digest().toString());
        row.put("pinned", noPush ? "" : result.pinned());
        row.put("size", result.size());
        row.put("pushedBytes", result.pushedBytes());
        row.put("builder", result.builder());
        delivered.scan().ifPresent(scan -> row.put("scan", ScanRow.of(scan)));
        if (delivery.keepTags > 0) {
            row.put("deletedTags", delivered.deletedTags());
        }
        console.json(row);
    }
}
