package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.InstructionParser.Source;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Instructions that carry a command line. */
final class CommandParsers {
    private static final Set<String> RUN_ONCE = Set.of("network", "security");
    private static final Set<String> RUN_OFTEN = Set.of("mount", "device");

    private CommandParsers() {}

    static Instruction cmd(Source source) {
        return new Instruction.Cmd(source.line(), source.text(), command(source, source.plain()));
    }

    static Instruction entrypoint(Source source) {
        return new Instruction.Entrypoint(source.line(), source.text(), command(source, source.plain()));
    }

    static Instruction run(Source source) {
        Flags flags = Flags.of(source.place(), source.rest()).allowing(RUN_ONCE, RUN_OFTEN);
        String arguments = source.required(flags.rest(), "RUN make");
        return new Instruction.Run(source.line(), source.text(), command(source, arguments));
    }

    static Instruction shell(Source source) {
        List<String> words = jsonStrings(source, source.plain())
                .filter(w -> !w.isEmpty())
                .orElseThrow(() -> source.place()
                        .refused(
                                "SHELL takes a JSON array of strings",
                                "Write for example SHELL [\"/bin/bash\", \"-c\"]"));
        return new Instruction.Shell(source.line(), source.text(), words);
    }

    /** Exec form if the arguments are a JSON array, else shell form; nothing at all is an empty exec form. */
    static Instruction.Command command(Source source, String arguments) {
        if (arguments.isEmpty()) {
            return new Instruction.Command(false, List.of());
        }
        return jsonStrings(source, arguments)
                .map(words -> new Instruction.Command(false, words))
                .orElseGet(() -> new Instruction.Command(true, List.of(arguments)));
    }

    static Optional<List<String>> jsonStrings(Source source, String arguments) {
        try {
            return JsonForm.strings(arguments);
        } catch (IllegalArgumentException e) {
            throw source.place().refused(e.getMessage(), "Put every element in double quotes");
        }
    }
}
