package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Expander;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which stages a target needs: those it starts from or copies from, however far away. Names may hold build arguments;
 * what ENV sets is known only when the stage is planned.
 */
final class StageGraph {
    private final Dockerfile file;
    private final Scope scope;
    private final TreeMap<Integer, Stage> needed = new TreeMap<>();

    private StageGraph(Dockerfile file, Scope scope) {
        this.file = file;
        this.scope = scope;
    }

    /** In the order of the file, which is an order to build them in. */
    static List<Stage> neededFor(Dockerfile file, Stage target, Scope scope) {
        StageGraph graph = new StageGraph(file, scope);
        graph.add(target);
        return List.copyOf(graph.needed.values());
    }

    private void add(Stage stage) {
        if (needed.putIfAbsent(stage.index(), stage) != null) {
            return;
        }
        Expander expander = file.expander();
        add(stage, expander.word(stage.from().line(), stage.from().image(), scope.globals()));
        Map<String, String> arguments = new HashMap<>();
        Variables visible = name -> Optional.ofNullable(arguments.get(name));
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Arg arg) {
                for (Instruction.Variable variable : arg.variables()) {
                    scope.stageValue(arg.line(), variable, visible)
                            .ifPresent(value -> arguments.put(variable.name(), value));
                }
            } else if (instruction instanceof Instruction.Copy copy) {
                add(stage, expander.word(copy.line(), copy.from(), visible));
            }
        }
    }

    private void add(Stage user, String name) {
        if (!name.isEmpty()) {
            file.stageBefore(user, name).ifPresent(this::add);
        }
    }
}
