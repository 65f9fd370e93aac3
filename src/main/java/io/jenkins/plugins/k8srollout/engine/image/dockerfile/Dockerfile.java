package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A parsed Dockerfile. Immutable.
 *
 * @param file as errors name it
 * @param syntax the frontend named by {@code # syntax=}; empty text where none is
 * @param escape the escape character in force
 * @param globalArgs the ARGs before the first FROM
 * @param stages in order, at least one
 */
public record Dockerfile(
        String file, String syntax, char escape, List<Instruction.Arg> globalArgs, List<Stage> stages) {

    public Dockerfile {
        globalArgs = List.copyOf(globalArgs);
        stages = List.copyOf(stages);
    }

    /**
     * Parses a Dockerfile.
     *
     * @param file how the user named it, for errors
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException (refused input) that names file and line
     */
    public static Dockerfile parse(String file, String content) {
        LogicalLines lines = new LogicalLines(file, content);
        List<LogicalLine> read = lines.read();
        char escape = lines.directives().escape();
        List<Instruction.Arg> globalArgs = new ArrayList<>();
        List<Stage> stages = new ArrayList<>();
        Instruction.From from = null;
        List<Instruction> body = new ArrayList<>();
        for (LogicalLine line : read) {
            Instruction instruction = InstructionTable.parse(file, escape, line);
            if (instruction instanceof Instruction.From next) {
                if (from != null) {
                    stages.add(new Stage(stages.size(), from, body));
                }
                from = next;
                body = new ArrayList<>();
            } else if (from != null) {
                body.add(instruction);
            } else if (instruction instanceof Instruction.Arg arg) {
                globalArgs.add(arg);
            } else {
                throw new Place(file, line.line())
                        .refused(
                                line.keyword() + " stands before the first FROM",
                                "Begin with FROM; only ARG may precede it");
            }
        }
        if (from == null) {
            throw new Place(file, 1).refused("it has no FROM", "Begin with FROM image, or FROM scratch");
        }
        stages.add(new Stage(stages.size(), from, body));
        return new Dockerfile(file, lines.directives().syntax(), escape, globalArgs, stages);
    }

    public Expander expander() {
        return new Expander(file, escape);
    }

    public Place place(Instruction instruction) {
        return new Place(file, instruction.line());
    }

    /**
     * The stage to build.
     *
     * @param target a stage's name or index; empty text for the last one
     */
    public Stage target(String target) {
        if (target.isEmpty()) {
            return stages.get(stages.size() - 1);
        }
        return lastCalled(target, stages.size()).orElseThrow(() -> new Place(file, 1)
                .refused(
                        "it has no stage " + target,
                        "Name a stage as FROM … AS name does",
                        stages.stream().map(Stage::name).toArray(String[]::new)));
    }

    /** The stage before {@code user} that a FROM or {@code --from} of this name means; empty where it is an image. */
    public Optional<Stage> stageBefore(Stage user, String name) {
        return lastCalled(name, user.index());
    }

    private Optional<Stage> lastCalled(String name, int before) {
        return stages.stream()
                .limit(before)
                .filter(stage -> stage.isCalled(name))
                .reduce((first, second) -> second);
    }
}
