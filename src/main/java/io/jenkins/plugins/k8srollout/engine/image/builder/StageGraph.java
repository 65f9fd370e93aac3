package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import java.util.List;
import java.util.TreeMap;

/** Which stages a target needs: those it starts from or copies from, however far away. */
final class StageGraph {
    private final Dockerfile file;
    private final TreeMap<Integer, Stage> needed = new TreeMap<>();

    private StageGraph(Dockerfile file) {
        this.file = file;
    }

    /** In the order of the file, which is an order to build them in. */
    static List<Stage> neededFor(Dockerfile file, Stage target) {
        StageGraph graph = new StageGraph(file);
        graph.add(target);
        return List.copyOf(graph.needed.values());
    }

    private void add(Stage stage) {
        if (needed.putIfAbsent(stage.index(), stage) != null) {
            return;
        }
        file.stageBefore(stage, stage.from().image()).ifPresent(this::add);
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Copy copy && !copy.from().isEmpty()) {
                file.stageBefore(stage, copy.from()).ifPresent(this::add);
            }
        }
    }
}
