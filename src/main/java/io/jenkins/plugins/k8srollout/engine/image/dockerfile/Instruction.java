package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One instruction of a Dockerfile. Arguments are as written: variables are not expanded, because that takes the values
 * of the base image ({@link Expander} does it).
 */
public sealed interface Instruction {

    /** Where it begins, counted from 1. */
    int line();

    /** As written, continuation lines joined; for the image's history and for messages. */
    String text();

    /** A command in exec form (as it is) or shell form (one text that the image's shell is given). */
    record Command(boolean shellForm, List<String> words) {
        public Command {
            words = List.copyOf(words);
        }
    }

    /** A variable with the value it has if nobody sets it. */
    record Variable(String name, Optional<String> value) {}

    /** {@code name} is empty text for a stage without one; {@code platform} is empty text unless given. */
    record From(int line, String text, String image, String name, String platform) implements Instruction {}

    record Arg(int line, String text, List<Variable> variables) implements Instruction {}

    record Env(int line, String text, Map<String, String> pairs) implements Instruction {}

    record Label(int line, String text, Map<String, String> pairs) implements Instruction {}

    /** {@code from} is a stage's name, its index from 0, an image, or empty text for the build context. */
    record Copy(int line, String text, String from, CopySpec spec) implements Instruction {}

    /**
     * {@code unpack}: whether archives are unpacked; empty unless given, which means yes. {@code checksum}: of what a URL
     * yields, empty text unless given.
     */
    record Add(int line, String text, CopySpec spec, Optional<Boolean> unpack, String checksum)
            implements Instruction {}

    record Workdir(int line, String text, String path) implements Instruction {}

    record User(int line, String text, String user) implements Instruction {}

    record Expose(int line, String text, List<String> ports) implements Instruction {}

    record Volume(int line, String text, List<String> paths) implements Instruction {}

    record StopSignal(int line, String text, String signal) implements Instruction {}

    /** {@code test} is {@code [NONE]}, {@code [CMD, …]} or {@code [CMD-SHELL, …]}; durations are zero unless given. */
    record Healthcheck(
            int line,
            String text,
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries)
            implements Instruction {}

    record Shell(int line, String text, List<String> words) implements Instruction {}

    record Entrypoint(int line, String text, Command command) implements Instruction {}

    record Cmd(int line, String text, Command command) implements Instruction {}

    record Maintainer(int line, String text, String author) implements Instruction {}

    /** Parsed so that stages are known; it takes an external builder. */
    record Run(int line, String text, Command command) implements Instruction {}

    /** Parsed so that stages are known; it takes an external builder. */
    record OnBuild(int line, String text, String trigger) implements Instruction {}
}
