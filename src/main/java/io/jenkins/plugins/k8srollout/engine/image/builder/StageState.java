package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.ImageTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A stage while its instructions are carried out: configuration, layers, files, variables. */
final class StageState {
    private final Stage stage;
    private final ImageConfig config;
    private final List<PlannedLayer> layers;
    private final Supplier<ImageTree> baseFiles;
    private final Map<String, String> variables = new HashMap<>();
    private final List<List<LayerEntry>> laid = new ArrayList<>();
    private ImageTree files;
    private boolean cmdSet;

    private StageState(Stage stage, ImageConfig config, List<PlannedLayer> layers, Supplier<ImageTree> baseFiles) {
        this.stage = stage;
        this.config = config;
        this.layers = new ArrayList<>(layers);
        this.baseFiles = baseFiles;
        this.variables.putAll(config.env());
    }

    /**
     * @param baseFiles asked at most once, and only when an instruction needs to know what is already there
     */
    static StageState on(Stage stage, ImageConfig config, List<PlannedLayer> layers, Supplier<ImageTree> baseFiles) {
        ImageConfig own = config.copy();
        own.completeEnv();
        return new StageState(stage, own, layers, baseFiles);
    }

    /** A later stage that starts from this one. */
    StageState next(Stage later) {
        return new StageState(later, config.copy(), layers, () -> new ImageTree(files(), description(later)));
    }

    ImageConfig config() {
        return config;
    }

    List<PlannedLayer> layers() {
        return List.copyOf(layers);
    }

    void add(PlannedLayer layer) {
        layers.add(layer);
    }

    void replaceLayers(UnaryOperator<PlannedLayer> change) {
        layers.replaceAll(change);
    }

    /** The files as they are now; changes to the tree are changes to the stage. */
    ImageTree files() {
        if (files == null) {
            files = baseFiles.get();
            laid.forEach(this::over);
            laid.clear();
        }
        return files;
    }

    /** Has a layer that was made apart lie over the files; they are not read for it. */
    void lay(List<LayerEntry> entries) {
        if (files == null) {
            laid.add(entries);
        } else {
            over(entries);
        }
    }

    private void over(List<LayerEntry> entries) {
        Map<Long, Long> identities = new HashMap<>();
        for (LayerEntry entry : entries) {
            FileNode node = entry.node();
            files.put(
                    entry.path(),
                    node.identity() == 0
                            ? node
                            : node.withIdentity(identities.computeIfAbsent(node.identity(), i -> files.newIdentity())));
        }
    }

    Stage stage() {
        return stage;
    }

    /** How messages name the files of a stage. */
    static String description(Stage stage) {
        return "stage " + stage.name();
    }

    /** The variables that an instruction sees now. */
    Variables variables() {
        return name -> Optional.ofNullable(variables.get(name));
    }

    void setVariable(String name, String value) {
        variables.put(name, value);
    }

    /** Whether CMD was set by the stage itself: an ENTRYPOINT drops only a base image's. */
    boolean cmdSet() {
        return cmdSet;
    }

    void noteCmdSet() {
        cmdSet = true;
    }
}
