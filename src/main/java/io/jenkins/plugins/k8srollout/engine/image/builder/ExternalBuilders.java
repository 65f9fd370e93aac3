package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The external builders, in the order in which they are preferred. A new one is a class and a row here. */
final class ExternalBuilders {
    private final List<ExternalBuilder> builders;

    ExternalBuilders(List<ExternalBuilder> builders) {
        this.builders = List.copyOf(builders);
    }

    static ExternalBuilders ofThisMachine(Registries registries, ProgressSink sink) {
        ExternalTools tools = new ExternalTools(registries, sink);
        return new ExternalBuilders(List.of(
                new BuildkitTool(tools),
                new ContainersTool(tools, BuilderChoice.BUILDAH),
                new ContainersTool(tools, BuilderChoice.PODMAN),
                new DockerTool(tools)));
    }

    Optional<ExternalBuilder> firstAvailable() {
        return builders.stream().filter(b -> b.obstacle().isEmpty()).findFirst();
    }

    /**
     * @throws ReleaseException (not found) if it is not there
     */
    ExternalBuilder named(BuilderChoice choice) {
        ExternalBuilder builder = of(choice);
        builder.obstacle().ifPresent(reason -> {
            throw new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    "use the builder",
                    choice.label(),
                    reason,
                    "Install it on the agent, or choose builder auto"));
        });
        return builder;
    }

    /** Usable or not. */
    ExternalBuilder of(BuilderChoice choice) {
        return builders.stream()
                .filter(b -> b.kind() == choice)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(choice + " is no external builder"));
    }

    /** Why none is available, for a message. */
    String looked() {
        List<String> reasons = new ArrayList<>();
        builders.forEach(
                b -> b.obstacle().ifPresent(reason -> reasons.add(b.kind().label() + " (" + reason + ")")));
        return reasons.stream().collect(Collectors.joining(", "));
    }
}
