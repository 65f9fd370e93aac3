package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.List;

/**
 * One stage: a FROM and what follows it up to the next.
 *
 * @param index counted from 0
 * @param instructions without the FROM
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** Its name, or {@code stage-0} and so on where it has none. */
    public String name() {
        return from.name().isEmpty() ? "stage-" + index : from.name();
    }

    boolean isCalled(String nameOrIndex) {
        return nameOrIndex.equalsIgnoreCase(from.name()) || nameOrIndex.equals(String.valueOf(index));
    }
}
