package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.InstructionParser.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Instructions whose arguments are {@code name=value}. */
final class PairParsers {
    private PairParsers() {}

    static Instruction env(Source source) {
        return new Instruction.Env(source.line(), source.text(), pairs(source, "ENV LANG=C.UTF-8"));
    }

    static Instruction label(Source source) {
        return new Instruction.Label(source.line(), source.text(), pairs(source, "LABEL team=shop"));
    }

    static Instruction arg(Source source) {
        String arguments = source.required(source.plain(), "ARG VERSION=1");
        List<Instruction.Variable> variables = new ArrayList<>();
        for (String word : Words.of(arguments, source.escape())) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (name.isEmpty()) {
                throw noName(source, word);
            }
            variables.add(new Instruction.Variable(
                    name, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1))));
        }
        return new Instruction.Arg(source.line(), source.text(), List.copyOf(variables));
    }

    /** In order of appearance. The old form {@code ENV name value with spaces} has one pair only. */
    private static Map<String, String> pairs(Source source, String example) {
        String arguments = source.required(source.plain(), example);
        List<String> words = Words.of(arguments, source.escape());
        Map<String, String> pairs = new LinkedHashMap<>();
        if (!words.get(0).contains("=")) {
            String[] parts = arguments.split("[\\t\\x0B\\f\\r ]+", 2);
            if (parts.length < 2) {
                throw source.place()
                        .refused(source.keyword() + " gives '" + arguments + "' no value", "Write " + example);
            }
            pairs.put(parts[0], parts[1]);
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw source.place()
                        .refused(
                                "'" + word + "' is not of the form name=value",
                                "Put a value with spaces in double quotes");
            }
            if (equals == 0) {
                throw noName(source, word);
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    private static RuntimeException noName(Source source, String word) {
        return source.place().refused("'" + word + "' has no name before the equals sign", "Write name=value");
    }
}
