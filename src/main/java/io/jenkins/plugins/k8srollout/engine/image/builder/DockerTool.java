package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code docker buildx} with the builder that is selected on the machine. */
final class DockerTool implements ExternalBuilder {
    private final ExternalTools tools;

    DockerTool(ExternalTools tools) {
        this.tools = tools;
    }

    @Override
    public BuilderChoice kind() {
        return BuilderChoice.DOCKER;
    }

    @Override
    public Optional<String> obstacle() {
        if (!ToolProcess.works(List.of("docker", "buildx", "version"), Map.of())) {
            return Optional.of("docker buildx is not installed");
        }
        boolean answers = ToolProcess.works(List.of("docker", "buildx", "inspect"), Map.of());
        return answers ? Optional.empty() : Optional.of("no builder of docker buildx answers");
    }

    @Override
    public ImageBuildResult build(ImageBuildRequest request, BuildInput input) {
        return tools.build(request, input, kind(), files -> {
            Map<String, String> environment = new HashMap<>();
            environment.put("DOCKER_CONFIG", files.folder().toString());
            // The selection of a builder and the plugins live beside the configuration that is replaced here.
            environment.put("BUILDX_CONFIG", ownConfig().resolve("buildx").toString());
            linkPlugins(files);
            tools.process(input.context(), environment)
                    .run("build the image with docker", command(request, input, files));
            return ExternalTools.digestIn(files.file("metadata.json"));
        });
    }

    private static Path ownConfig() {
        String set = System.getenv("DOCKER_CONFIG");
        return set == null ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(set);
    }

    private static void linkPlugins(ToolFiles files) throws java.io.IOException {
        Path plugins = ownConfig().resolve("cli-plugins");
        if (Files.isDirectory(plugins)) {
            Files.createSymbolicLink(files.file("cli-plugins"), plugins.toAbsolutePath());
        }
    }

    static List<String> command(ImageBuildRequest request, BuildInput input, ToolFiles files) {
        List<String> command = new ArrayList<>(List.of("docker", "buildx", "build", "--progress", "plain"));
        command.addAll(List.of("--file", input.file().toString()));
        request.tags()
                .forEach(tag -> command.addAll(List.of("--tag", request.image().name() + ":" + tag)));
        if (!request.target().isEmpty()) {
            command.addAll(List.of("--target", request.target()));
        }
        request.buildArgs().forEach((k, v) -> command.addAll(List.of("--build-arg", k + "=" + v)));
        request.labels().forEach((k, v) -> command.addAll(List.of("--label", k + "=" + v)));
        request.statedEpoch().ifPresent(s -> command.addAll(List.of("--build-arg", "SOURCE_DATE_EPOCH=" + s)));
        command.addAll(List.of(
                "--platform",
                request.platforms().stream().map(Platform::toString).collect(Collectors.joining(","))));
        command.addAll(List.of("--output", "type=image,oci-mediatypes=true,push=" + request.push()));
        command.addAll(List.of("--metadata-file", files.file("metadata.json").toString()));
        command.add(input.context().toString());
        return command;
    }
}
