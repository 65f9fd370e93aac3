package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.InstructionParser.Source;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Instructions whose arguments are one text or words. */
final class PlainParsers {
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");

    private PlainParsers() {}

    static Instruction from(Source source) {
        Flags flags = Flags.of(source.place(), source.rest()).allowing(Set.of("platform"), Set.of());
        List<String> words = LogicalLine.atSpaces(source.required(flags.rest(), "FROM scratch"));
        boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("as");
        if (words.size() != 1 && !named) {
            throw source.place()
                    .refused("FROM takes an image and perhaps a name", "Write FROM image, or FROM image AS name");
        }
        String name = named ? words.get(2).toLowerCase(Locale.ROOT) : "";
        if (named && !STAGE_NAME.matcher(name).matches()) {
            throw source.place()
                    .refused(
                            "'" + words.get(2) + "' cannot be the name of a stage",
                            "Start with a letter and go on with letters, digits, '-', '_' and '.'");
        }
        return new Instruction.From(source.line(), source.text(), words.get(0), name, flags.text("platform"));
    }

    static Instruction workdir(Source source) {
        return new Instruction.Workdir(source.line(), source.text(), source.required(source.plain(), "WORKDIR /app"));
    }

    static Instruction user(Source source) {
        return new Instruction.User(source.line(), source.text(), source.required(source.plain(), "USER 1000:1000"));
    }

    static Instruction stopSignal(Source source) {
        return new Instruction.StopSignal(
                source.line(), source.text(), source.required(source.plain(), "STOPSIGNAL SIGQUIT"));
    }

    static Instruction maintainer(Source source) {
        return new Instruction.Maintainer(
                source.line(), source.text(), source.required(source.plain(), "MAINTAINER team@example.com"));
    }

    static Instruction expose(Source source) {
        List<String> ports = LogicalLine.atSpaces(source.required(source.plain(), "EXPOSE 8080"));
        return new Instruction.Expose(source.line(), source.text(), ports);
    }

    static Instruction volume(Source source) {
        String arguments = source.required(source.plain(), "VOLUME /data");
        List<String> paths =
                CommandParsers.jsonStrings(source, arguments).orElseGet(() -> LogicalLine.atSpaces(arguments));
        return new Instruction.Volume(source.line(), source.text(), paths);
    }
}
