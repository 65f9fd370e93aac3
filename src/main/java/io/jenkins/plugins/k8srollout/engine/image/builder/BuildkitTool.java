package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** buildctl, which asks the daemon that BUILDKIT_HOST names. */
final class BuildkitTool implements ExternalBuilder {
    private static final String PROGRAM = "buildctl";

    private final ExternalTools tools;

    BuildkitTool(ExternalTools tools) {
        this.tools = tools;
    }

    @Override
    public BuilderChoice kind() {
        return BuilderChoice.BUILDKIT;
    }

    @Override
    public Optional<String> obstacle() {
        if (System.getenv("BUILDKIT_HOST") == null) {
            return Optional.of("BUILDKIT_HOST is not set");
        }
        if (!ToolProcess.works(List.of(PROGRAM, "--version"), Map.of())) {
            return Optional.of("buildctl is not installed");
        }
        boolean answers = ToolProcess.works(List.of(PROGRAM, "debug", "workers"), Map.of());
        return answers ? Optional.empty() : Optional.of("the daemon at BUILDKIT_HOST does not answer");
    }

    @Override
    public ImageBuildResult build(ImageBuildRequest request, BuildInput input) {
        return tools.build(request, input, kind(), files -> {
            ToolProcess process = tools.process(
                    input.context(), Map.of("DOCKER_CONFIG", files.folder().toString()));
            boolean plainHttp = tools.target(request).plainHttp();
            process.run("build the image with buildkit", command(request, input, files, plainHttp));
            return ExternalTools.digestIn(files.file("metadata.json"));
        });
    }

    static List<String> command(ImageBuildRequest request, BuildInput input, ToolFiles files, boolean plainHttp) {
        List<String> command =
                new ArrayList<>(List.of(PROGRAM, "build", "--progress", "plain", "--frontend", "dockerfile.v0"));
        command.addAll(List.of("--local", "context=" + input.context()));
        command.addAll(List.of("--local", "dockerfile=" + input.file().getParent()));
        command.addAll(List.of("--opt", "filename=" + input.file().getFileName()));
        if (!request.target().isEmpty()) {
            command.addAll(List.of("--opt", "target=" + request.target()));
        }
        request.buildArgs().forEach((k, v) -> command.addAll(List.of("--opt", "build-arg:" + k + "=" + v)));
        request.labels().forEach((k, v) -> command.addAll(List.of("--opt", "label:" + k + "=" + v)));
        request.statedEpoch().ifPresent(s -> command.addAll(List.of("--opt", "build-arg:SOURCE_DATE_EPOCH=" + s)));
        String platforms = request.platforms().stream().map(Platform::toString).collect(Collectors.joining(","));
        command.addAll(List.of("--opt", "platform=" + platforms));
        command.addAll(List.of("--output", output(request, plainHttp)));
        command.addAll(List.of("--metadata-file", files.file("metadata.json").toString()));
        return command;
    }

    /** The value is a line of CSV, so the list of names is one quoted field. */
    private static String output(ImageBuildRequest request, boolean plainHttp) {
        String names = request.tags().stream()
                .map(tag -> request.image().name() + ":" + tag)
                .collect(Collectors.joining(","));
        return "type=image,oci-mediatypes=true,\"name=" + names + "\",push=" + request.push()
                + (plainHttp ? ",registry.insecure=true" : "");
    }
}
