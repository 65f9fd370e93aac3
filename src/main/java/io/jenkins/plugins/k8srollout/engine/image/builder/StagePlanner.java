package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.layer.ImageTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out stages as far as that is possible without reading a file of the context: what comes out is the image's
 * configuration and what its layers will be made of. Everything that can be wrong with a Dockerfile shows here, before
 * anything is compressed or pushed. Used by one thread.
 */
final class StagePlanner implements FileInstructions.Trees {
    private final Dockerfile file;
    private final Platform platform;
    private final Instant created;
    private final SourceTree context;
    private final BaseImages bases;
    private final Scope scope;
    private final ConfigInstructions configInstructions;
    private final FileInstructions fileInstructions;
    private final Map<Integer, StageState> stages = new HashMap<>();

    StagePlanner(
            Dockerfile file,
            Platform platform,
            Instant created,
            SourceTree context,
            BaseImages bases,
            Scope scope,
            Spool spool,
            ProgressSink sink) {
        this.file = file;
        this.platform = platform;
        this.created = created;
        this.context = context;
        this.bases = bases;
        this.scope = scope;
        this.configInstructions = new ConfigInstructions(file, scope);
        this.fileInstructions = new FileInstructions(file, this, spool, sink);
    }

    /** Plans a stage; the stages it needs must have been planned before. */
    StageState plan(Stage stage) throws IOException {
        StageState state = begin(stage);
        for (Instruction instruction : stage.instructions()) {
            boolean layer = false;
            if (!configInstructions.apply(instruction, state)) {
                layer = fileInstructions.apply(instruction, state);
            }
            state.config().addHistory(created, instruction.text(), !layer);
        }
        stages.put(stage.index(), state);
        return state;
    }

    /**
     * Looks up the base images of stages, and their files where these will be asked for, so that this can happen while
     * something else is waited for.
     */
    void lookAhead(List<Stage> needed) {
        for (Stage stage : needed) {
            boolean asks = stage.instructions().stream().anyMatch(FileInstructions::concerns);
            Optional<BaseImages.BaseImage> base = baseOf(stage);
            if (asks && base.isPresent()) {
                bases.files(file.place(stage.from()), base.get());
            }
        }
    }

    private StageState begin(Stage stage) {
        String image = imageOf(stage);
        Optional<Stage> earlier = file.stageBefore(stage, image);
        if (earlier.isPresent()) {
            return planned(file.place(stage.from()), earlier.get(), image).next(stage);
        }
        Place place = file.place(stage.from());
        String description = StageState.description(stage);
        Optional<BaseImages.BaseImage> found = baseOf(stage);
        if (found.isEmpty()) {
            ImageConfig empty = ImageConfig.empty(platform(place, stage.from()));
            return StageState.on(stage, empty, List.of(), () -> new ImageTree(description));
        }
        BaseImages.BaseImage base = found.get();
        if (!base.config().onBuild().isEmpty()) {
            throw place.refused(
                    "the base image " + image + " has ONBUILD triggers, which the embedded builder does not carry out",
                    "Choose another base image, or an external builder",
                    "buildkit",
                    "buildah",
                    "podman",
                    "docker");
        }
        return StageState.on(
                stage, base.config(), base.layers(), () -> new ImageTree(bases.files(place, base), description));
    }

    private StageState planned(Place place, Stage stage, String name) {
        StageState state = stages.get(stage.index());
        if (state == null) {
            throw place.refused(
                    "the stage " + name + " is named by a variable that only ENV sets, so it was not built",
                    "Write the stage's name, or take a build argument (ARG)");
        }
        return state;
    }

    private String imageOf(Stage stage) {
        Instruction.From from = stage.from();
        String image = file.expander().word(from.line(), from.image(), scope.globals());
        if (image.isEmpty()) {
            throw file.place(from)
                    .refused(
                            "FROM " + from.image() + " comes out empty",
                            "Give the ARG a default before the first FROM");
        }
        return image;
    }

    /** Empty for a stage that starts from an earlier one or from nothing. */
    private Optional<BaseImages.BaseImage> baseOf(Stage stage) {
        String image = imageOf(stage);
        if (image.equals("scratch") || file.stageBefore(stage, image).isPresent()) {
            return Optional.empty();
        }
        Place place = file.place(stage.from());
        return Optional.of(bases.image(place, image, platform(place, stage.from())));
    }

    private Platform platform(Place place, Instruction.From from) {
        String text = file.expander().word(from.line(), from.platform(), scope.globals());
        if (text.isEmpty()) {
            return platform;
        }
        try {
            return Platform.parse(text);
        } catch (ReleaseException e) {
            throw place.refused(
                    "--platform=" + text + ": " + e.problem().reason(),
                    e.problem().remedy());
        }
    }

    @Override
    public SourceTree context() {
        return context;
    }

    @Override
    public SourceTree from(Place place, String name, StageState user) {
        Optional<Stage> stage = file.stageBefore(user.stage(), name);
        if (stage.isPresent()) {
            return planned(place, stage.get(), name).files();
        }
        if (name.chars().allMatch(Character::isDigit)) {
            throw place.refused(
                    "there is no stage " + name + " before this one",
                    "Stages are counted from 0; name it with AS instead");
        }
        return bases.files(place, bases.image(place, name, platform));
    }

    @Override
    public List<LayerEntry> readable(List<LayerEntry> entries) {
        return bases.readable(entries);
    }
}
