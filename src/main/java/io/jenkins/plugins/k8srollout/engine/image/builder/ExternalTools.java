package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.MediaTypes;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryImages;
import io.jenkins.plugins.k8srollout.engine.image.registry.RemoteImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the external builders have in common: access to registries, reading back what they pushed. */
final class ExternalTools {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long UNKNOWN = -1;

    private final Registries registries;
    private final ProgressSink sink;

    /** A build with its temporary files. */
    @FunctionalInterface
    interface Work {
        ImageDigest run(ToolFiles files) throws IOException;
    }

    ExternalTools(Registries registries, ProgressSink sink) {
        this.registries = registries;
        this.sink = sink;
    }

    ToolProcess process(Path folder, Map<String, String> environment) {
        return new ToolProcess(folder, environment, sink);
    }

    RegistryAccess target(ImageBuildRequest request) {
        return registries.access(request.image().registry());
    }

    /** Runs a build and looks at its result in the registry. */
    ImageBuildResult build(ImageBuildRequest request, BuildInput input, BuilderChoice kind, Work work) {
        ImageDigest digest;
        try (ToolFiles files = ToolFiles.create(accesses(request, input))) {
            digest = work.run(files);
        } catch (IOException e) {
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "build the image with " + kind.label(),
                            request.image().name(),
                            String.valueOf(e.getMessage()),
                            "Check the temporary folder of the agent"),
                    e);
        }
        ImageBuildResult result = new ImageBuildResult(
                request.image().name(),
                request.tags(),
                digest,
                request.push() ? size(request, digest) : UNKNOWN,
                request.push() ? UNKNOWN : 0,
                kind.label());
        sink.accept(new ProgressEvent.ImageReady(result.names(), digest, result.size(), result.pushedBytes()));
        return result;
    }

    /** The target's registry and those of all images that the Dockerfile names. */
    private List<RegistryAccess> accesses(ImageBuildRequest request, BuildInput input) {
        Set<String> names = new LinkedHashSet<>();
        names.add(request.image().registry());
        bases(request, input).forEach(image -> names.add(image.registry()));
        return names.stream().map(registries::access).toList();
    }

    /**
     * The images that the Dockerfile takes from registries. One whose name is malformed is left out: the builder itself
     * will say what is wrong with it, in its own context.
     */
    static List<ImageReference> bases(ImageBuildRequest request, BuildInput input) {
        Set<ImageReference> bases = new LinkedHashSet<>();
        Dockerfile file = input.dockerfile();
        Scope scope = Scope.of(request, file, request.platforms().get(0));
        for (Stage stage : file.stages()) {
            List<String> images = new ArrayList<>();
            images.add(file.expander().word(stage.from().line(), stage.from().image(), scope.globals()));
            stage.instructions().forEach(i -> {
                if (i instanceof Instruction.Copy copy && !copy.from().isEmpty()) {
                    images.add(copy.from());
                }
            });
            for (String image : images) {
                if (file.stageBefore(stage, image).isEmpty() && !image.equals("scratch")) {
                    parsed(image).ifPresent(bases::add);
                }
            }
        }
        return List.copyOf(bases);
    }

    private static Optional<ImageReference> parsed(String image) {
        try {
            return Optional.of(ImageReference.parse(image));
        } catch (ReleaseException e) {
            return Optional.empty();
        }
    }

    private long size(ImageBuildRequest request, ImageDigest digest) {
        ImageReference name = request.image().withDigest(digest);
        try (RegistryClient client = RegistryClient.open(target(request), sink)) {
            if (client.head(name)
                    .filter(info -> MediaTypes.isIndex(info.mediaType()))
                    .isPresent()) {
                return UNKNOWN;
            }
            RemoteImage image =
                    new RegistryImages(client).read(name, request.platforms().get(0));
            return image.manifest().bytes().length
                    + image.config().size()
                    + image.layers().stream().mapToLong(Descriptor::size).sum();
        }
    }

    /** The digest that buildctl and buildx write into their metadata file. */
    static ImageDigest digestIn(Path metadata) throws IOException {
        String digest = JSON.readTree(Files.readAllBytes(metadata))
                .path("containerimage.digest")
                .asText();
        return ImageDigest.parse(digest);
    }
}
