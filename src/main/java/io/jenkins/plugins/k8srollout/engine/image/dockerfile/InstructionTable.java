package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.Map;
import java.util.TreeSet;

/** Every instruction by its name. A new one is a record in {@link Instruction}, a parser, and a row here. */
final class InstructionTable {
    private static final Map<String, InstructionParser> PARSERS = Map.ofEntries(
            Map.entry("FROM", PlainParsers::from),
            Map.entry("ARG", PairParsers::arg),
            Map.entry("ENV", PairParsers::env),
            Map.entry("LABEL", PairParsers::label),
            Map.entry("COPY", CopyParser::copy),
            Map.entry("ADD", CopyParser::add),
            Map.entry("WORKDIR", PlainParsers::workdir),
            Map.entry("USER", PlainParsers::user),
            Map.entry("EXPOSE", PlainParsers::expose),
            Map.entry("VOLUME", PlainParsers::volume),
            Map.entry("STOPSIGNAL", PlainParsers::stopSignal),
            Map.entry("MAINTAINER", PlainParsers::maintainer),
            Map.entry("HEALTHCHECK", HealthcheckParser::parse),
            Map.entry("SHELL", CommandParsers::shell),
            Map.entry("ENTRYPOINT", CommandParsers::entrypoint),
            Map.entry("CMD", CommandParsers::cmd),
            Map.entry("RUN", CommandParsers::run),
            Map.entry("ONBUILD", InstructionTable::onBuild));

    private InstructionTable() {}

    static Instruction parse(String file, char escape, LogicalLine line) {
        InstructionParser parser = PARSERS.get(line.keyword());
        if (parser == null) {
            throw new Place(file, line.line())
                    .refused(
                            "there is no instruction " + line.keyword(),
                            "Correct the name; if the line belongs to the one above, end that with " + escape,
                            new TreeSet<>(PARSERS.keySet()).toArray(String[]::new));
        }
        return parser.parse(new InstructionParser.Source(file, escape, line));
    }

    private static Instruction onBuild(InstructionParser.Source source) {
        String trigger = source.required(source.plain(), "ONBUILD COPY . /app/");
        LogicalLine inner =
                new LogicalLine(source.line(), trigger, source.instruction().heredocs());
        switch (inner.keyword()) {
            case "ONBUILD", "FROM", "MAINTAINER" ->
                throw source.place()
                        .refused("ONBUILD cannot be followed by " + inner.keyword(), "Name another instruction");
            default -> parse(source.file(), source.escape(), inner);
        }
        return new Instruction.OnBuild(source.line(), source.text(), trigger);
    }
}
