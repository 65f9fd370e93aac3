package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the embedded builder cannot do. */
final class EmbeddedLimits {
    private static final Pattern REMOTE = Pattern.compile("(?i)(https?|git|ssh)://.*|git@.*|.*\\.git(#.*)?");
    private static final Pattern USUAL_SYNTAX = Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?(:.*)?");

    private EmbeddedLimits() {}

    /** Where and why an external builder is needed. */
    record Obstacle(Place place, String reason) {}

    /**
     * The first obstacle in the stages to build.
     */
    static Optional<Obstacle> first(Dockerfile file, List<Stage> stages) {
        if (!file.syntax().isEmpty() && !USUAL_SYNTAX.matcher(file.syntax()).matches()) {
            return Optional.of(new Obstacle(
                    new Place(file.file(), 1), "the frontend " + file.syntax() + " is a program of its own"));
        }
        for (Stage stage : stages) {
            for (Instruction instruction : stage.instructions()) {
                Optional<String> reason = reason(instruction);
                if (reason.isPresent()) {
                    return Optional.of(new Obstacle(file.place(instruction), reason.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> reason(Instruction instruction) {
        if (instruction instanceof Instruction.Run) {
            return Optional.of("RUN executes a command");
        }
        if (instruction instanceof Instruction.OnBuild) {
            return Optional.of("ONBUILD is not part of the OCI image format");
        }
        if (instruction instanceof Instruction.Add add
                && add.spec().sources().stream().anyMatch(s -> REMOTE.matcher(s).matches())) {
            return Optional.of("ADD fetches from a URL");
        }
        return Optional.empty();
    }
}
