package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Stage;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the images that the last stage of a Dockerfile needs: by FROM and {@code COPY --from}, through all stages that
 * it starts from or copies from. Pure; used by one thread.
 */
final class BaseUses {
    private final Dockerfile file;
    private final Map<String, String> given;
    private final Map<String, String> globals = new HashMap<>();
    private final Set<Integer> seen = new HashSet<>();
    private final List<BaseUse> uses = new ArrayList<>();

    private BaseUses(Dockerfile file, Map<String, String> given, Platform platform) {
        this.file = file;
        this.given = given;
        for (String prefix : new String[] {"BUILD", "TARGET"}) {
            globals.put(prefix + "PLATFORM", platform.toString());
            globals.put(prefix + "OS", platform.os());
            globals.put(prefix + "ARCH", platform.architecture());
            globals.put(prefix + "VARIANT", platform.variant());
        }
        globals.replaceAll(given::getOrDefault);
        for (Instruction.Arg argument : file.globalArgs()) {
            declare(argument, globals, globals);
        }
    }

    /**
     * @param given the build arguments
     * @throws ReleaseException (refused input) that names the line of a base that is no image's name
     */
    static List<BaseUse> of(Dockerfile file, Map<String, String> given, Platform platform) {
        BaseUses found = new BaseUses(file, given, platform);
        found.add(file.target(""));
        found.uses.sort(Comparator.comparingInt(use -> use.place().line()));
        return List.copyOf(found.uses);
    }

    /** The names of all variables that an ARG declares, before the first FROM or in any stage. */
    static Set<String> declared(Dockerfile file) {
        Set<String> names = new HashSet<>();
        file.globalArgs().forEach(arg -> arg.variables().forEach(variable -> names.add(variable.name())));
        for (Stage stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Instruction.Arg arg) {
                    arg.variables().forEach(variable -> names.add(variable.name()));
                }
            }
        }
        return names;
    }

    private void add(Stage stage) {
        if (!seen.add(stage.index())) {
            return;
        }
        Instruction.From from = stage.from();
        String base = expanded(from, from.image(), globals);
        if (base.isEmpty()) {
            throw file.place(from)
                    .refused(
                            "FROM " + from.image() + " comes out empty",
                            "Give the ARG a default before the first FROM, or give the build argument");
        }
        if (!base.equals("scratch")) {
            use(stage, from, "FROM", from.image(), base);
        }
        Map<String, String> arguments = new HashMap<>();
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Arg arg) {
                declare(arg, arguments, globals);
            } else if (instruction instanceof Instruction.Copy copy
                    && !copy.from().isEmpty()) {
                String source = expanded(copy, copy.from(), arguments);
                // What ENV sets is known to the builder alone, and a number that is no stage is its to refuse.
                if (!source.isEmpty() && (!isNumber(source) || isStage(stage, source))) {
                    use(stage, copy, "COPY", copy.from(), source);
                }
            }
        }
    }

    private void use(Stage stage, Instruction instruction, String keyword, String written, String name) {
        Optional<Stage> earlier = file.stageBefore(stage, name);
        if (earlier.isPresent()) {
            add(earlier.get());
        } else {
            Place place = file.place(instruction);
            uses.add(new BaseUse(place, keyword, written, reference(place, name)));
        }
    }

    private static ImageReference reference(Place place, String name) {
        try {
            return ImageReference.parse(name);
        } catch (ReleaseException e) {
            throw place.refused(e.problem().reason(), "Write it as registry/repository:tag, or name an earlier stage");
        }
    }

    private boolean isStage(Stage user, String name) {
        return file.stageBefore(user, name).isPresent();
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private String expanded(Instruction instruction, String text, Map<String, String> variables) {
        return file.expander().word(instruction.line(), text, seenBy(variables));
    }

    /** Of a stage's ARG without a value of its own, the one from before the first FROM counts. */
    private void declare(Instruction.Arg argument, Map<String, String> variables, Map<String, String> outer) {
        for (Instruction.Variable variable : argument.variables()) {
            String name = variable.name();
            Optional<String> value = Optional.ofNullable(given.get(name))
                    .or(() -> variable.value().map(text -> expanded(argument, text, variables)))
                    .or(() -> Optional.ofNullable(outer.get(name)));
            value.ifPresent(text -> variables.put(name, text));
        }
    }

    private static Variables seenBy(Map<String, String> variables) {
        return name -> Optional.ofNullable(variables.get(name));
    }
}
