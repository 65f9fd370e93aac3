package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Expander;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The build arguments, and the variables visible before the first FROM. A stage sees a global argument only after an ARG
 * of its own names it.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact">ARG and FROM</a>
 */
final class Scope {
    private final Map<String, String> given;
    private final Map<String, String> global = new HashMap<>();
    private final Set<String> consumed = new HashSet<>();
    private final Expander expander;

    /**
     * @param predefined the platform arguments; a build argument of the same name wins
     */
    Scope(Map<String, String> given, Map<String, String> predefined, Expander expander) {
        this.given = given;
        this.expander = expander;
        predefined.forEach((name, value) -> global.put(name, given.getOrDefault(name, value)));
        consumed.addAll(predefined.keySet());
        consumed.add("SOURCE_DATE_EPOCH");
    }

    /** What is visible before the first FROM, when this is built. */
    static Scope of(ImageBuildRequest request, Dockerfile file, Platform platform) {
        Scope scope = new Scope(request.buildArgs(), PlatformArgs.of(platform, request.target()), file.expander());
        scope.declareGlobals(file.globalArgs());
        return scope;
    }

    void declareGlobals(List<Instruction.Arg> arguments) {
        for (Instruction.Arg argument : arguments) {
            for (Instruction.Variable variable : argument.variables()) {
                value(argument.line(), variable, globals()).ifPresent(value -> global.put(variable.name(), value));
            }
        }
    }

    Variables globals() {
        return name -> Optional.ofNullable(global.get(name));
    }

    /** What a stage's ARG gives its variable: the build argument, its own default, the global value, or nothing. */
    Optional<String> stageValue(int line, Instruction.Variable variable, Variables visible) {
        Optional<String> own = value(line, variable, visible);
        return own.isPresent() || variable.value().isPresent() ? own : Optional.ofNullable(global.get(variable.name()));
    }

    private Optional<String> value(int line, Instruction.Variable variable, Variables visible) {
        consumed.add(variable.name());
        if (given.containsKey(variable.name())) {
            return Optional.of(given.get(variable.name()));
        }
        return variable.value().map(text -> expander.word(line, text, visible));
    }

    /** Build arguments that no ARG has asked for, in alphabetical order. */
    List<String> unused() {
        return given.keySet().stream()
                .filter(name -> !consumed.contains(name))
                .sorted()
                .toList();
    }
}
