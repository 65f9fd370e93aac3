package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** buildah, and podman, which takes the same options. */
final class ContainersTool implements ExternalBuilder {
    private final ExternalTools tools;
    private final BuilderChoice kind;

    ContainersTool(ExternalTools tools, BuilderChoice kind) {
        this.tools = tools;
        this.kind = kind;
    }

    @Override
    public BuilderChoice kind() {
        return kind;
    }

    @Override
    public Optional<String> obstacle() {
        if (!ToolProcess.works(List.of(kind.label(), "--version"), Map.of())) {
            return Optional.of("not installed");
        }
        boolean works = storage().isPresent();
        return works ? Optional.empty() : Optional.of("its storage does not work for this user");
    }

    /** Environment under which its storage works: as configured, else without overlay mounts. */
    private Optional<Map<String, String>> storage() {
        List<String> info = List.of(kind.label(), "info");
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("STORAGE_DRIVER", "vfs"))) {
            if (ToolProcess.works(info, environment)) {
                return Optional.of(environment);
            }
        }
        return Optional.empty();
    }

    @Override
    public ImageBuildResult build(ImageBuildRequest request, BuildInput input) {
        if (request.platforms().size() > 1) {
            throw ReleaseException.refused(
                    "build the image",
                    request.image().name(),
                    "several platforms at a time are not supported with " + kind.label(),
                    "Name one platform, or choose builder buildkit");
        }
        return tools.build(request, input, kind, files -> {
            Map<String, String> environment = new HashMap<>(storage().orElse(Map.of()));
            if (Files.exists(files.file("registries.conf"))) {
                environment.put(
                        "CONTAINERS_REGISTRIES_CONF",
                        files.file("registries.conf").toString());
            }
            ToolProcess process = tools.process(input.context(), environment);
            String name = request.image().name() + ":" + request.tags().get(0);
            for (List<String> pull : pullCommands(request, input, files)) {
                process.run("pull a base image with " + kind.label(), pull);
            }
            process.run("build the image with " + kind.label(), buildCommand(request, input, files, name));
            return push(process, request, files, name);
        });
    }

    /**
     * Base images whose registries have certificates of their own are brought beforehand: the option of a build would
     * trust the certificates of one registry for all.
     */
    List<List<String>> pullCommands(ImageBuildRequest request, BuildInput input, ToolFiles files) {
        List<List<String>> commands = new ArrayList<>();
        for (ImageReference base : ExternalTools.bases(request, input)) {
            if (files.certificates(base.registry()).isPresent()) {
                List<String> command = new ArrayList<>(List.of(kind.label(), "pull", "--quiet"));
                command.addAll(registryOptions(files, base.registry()));
                command.addAll(List.of("--platform", request.platforms().get(0).toString(), base.toString()));
                commands.add(command);
            }
        }
        return commands;
    }

    List<String> buildCommand(ImageBuildRequest request, BuildInput input, ToolFiles files, String name) {
        List<String> command = new ArrayList<>(List.of(kind.label(), "build", "--layers", "--format", "oci"));
        command.addAll(List.of("--file", input.file().toString(), "--tag", name));
        command.addAll(List.of("--authfile", files.authFile().toString()));
        command.addAll(isolation());
        input.ignoreFile().ifPresent(file -> command.addAll(List.of("--ignorefile", file.toString())));
        if (!request.target().isEmpty()) {
            command.addAll(List.of("--target", request.target()));
        }
        request.buildArgs().forEach((k, v) -> command.addAll(List.of("--build-arg", k + "=" + v)));
        request.labels().forEach((k, v) -> command.addAll(List.of("--label", k + "=" + v)));
        Platform platform = request.platforms().get(0);
        command.addAll(List.of("--platform", platform.toString()));
        request.statedEpoch().ifPresent(seconds -> command.addAll(List.of("--timestamp", String.valueOf(seconds))));
        command.add(input.context().toString());
        return command;
    }

    /**
     * Inside a container, and where there is no OCI runtime, commands run in a plain chroot: nothing else works there
     * without special rights.
     */
    private static List<String> isolation() {
        boolean inContainer = Files.exists(Path.of("/.dockerenv"))
                || Files.exists(Path.of("/run/.containerenv"))
                || System.getenv("KUBERNETES_SERVICE_HOST") != null;
        boolean runtime = ToolProcess.works(List.of("crun", "--version"), Map.of())
                || ToolProcess.works(List.of("runc", "--version"), Map.of());
        boolean chosen = System.getenv("BUILDAH_ISOLATION") != null;
        return !chosen && (inContainer || !runtime) ? List.of("--isolation", "chroot") : List.of();
    }

    private ImageDigest push(ToolProcess process, ImageBuildRequest request, ToolFiles files, String name)
            throws IOException {
        Path digest = files.file("digest");
        List<String> targets = new ArrayList<>();
        if (request.push()) {
            request.tags()
                    .forEach(tag -> targets.add("docker://" + request.image().name() + ":" + tag));
        } else {
            // Only a copy has a manifest, and so a digest.
            targets.add("dir:" + files.file("copy"));
        }
        for (String target : targets) {
            process.run("push the image with " + kind.label(), pushCommand(request, files, name, target));
        }
        return ImageDigest.parse(Files.readString(digest).trim());
    }

    List<String> pushCommand(ImageBuildRequest request, ToolFiles files, String name, String target) {
        List<String> command = new ArrayList<>(List.of(
                kind.label(), "push", "--digestfile", files.file("digest").toString()));
        command.addAll(registryOptions(files, request.image().registry()));
        command.addAll(List.of(name, target));
        return command;
    }

    private static List<String> registryOptions(ToolFiles files, String registry) {
        List<String> options =
                new ArrayList<>(List.of("--authfile", files.authFile().toString()));
        files.certificates(registry).ifPresent(folder -> options.addAll(List.of("--cert-dir", folder.toString())));
        return options;
    }
}
