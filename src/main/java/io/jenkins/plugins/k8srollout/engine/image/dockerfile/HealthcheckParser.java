package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.InstructionParser.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** HEALTHCHECK. */
final class HealthcheckParser {
    private static final Set<String> OPTIONS =
            Set.of("interval", "timeout", "start-period", "start-interval", "retries");

    private HealthcheckParser() {}

    static Instruction parse(Source source) {
        Flags flags = Flags.of(source.place(), source.rest()).allowing(OPTIONS, Set.of());
        String arguments = source.required(flags.rest(), "HEALTHCHECK CMD curl -f http://localhost/");
        String[] parts = arguments.split("\\s+", 2);
        String type = parts[0].toUpperCase(Locale.ROOT);
        String command = parts.length < 2 ? "" : parts[1];
        return new Instruction.Healthcheck(
                source.line(),
                source.text(),
                test(source, type, command),
                duration(source, flags, "interval"),
                duration(source, flags, "timeout"),
                duration(source, flags, "start-period"),
                duration(source, flags, "start-interval"),
                retries(source, flags));
    }

    private static List<String> test(Source source, String type, String command) {
        if (type.equals("NONE") && command.isEmpty()) {
            return List.of(type);
        }
        if (!type.equals("CMD") || command.isEmpty()) {
            throw source.place()
                    .refused(
                            "HEALTHCHECK takes NONE alone or CMD with a command",
                            "Write for example HEALTHCHECK CMD curl -f http://localhost/",
                            "CMD",
                            "NONE");
        }
        Instruction.Command parsed = CommandParsers.command(source, command);
        List<String> test = new ArrayList<>();
        test.add(parsed.shellForm() ? "CMD-SHELL" : "CMD");
        test.addAll(parsed.words());
        return List.copyOf(test);
    }

    private static Duration duration(Source source, Flags flags, String option) {
        String text = flags.text(option);
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        Duration duration = GoDuration.parse(text).orElseThrow(() -> source.place()
                .refused("--" + option + "=" + text + " is not a duration", "Write for example 30s or 1m30s"));
        if (duration.isNegative() || (!duration.isZero() && duration.toMillis() < 1)) {
            throw source.place().refused("--" + option + "=" + text + " is too short", "Give at least 1ms");
        }
        return duration;
    }

    private static int retries(Source source, Flags flags) {
        String text = flags.text("retries");
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("\\d{1,6}")) {
            throw source.place().refused("--retries=" + text + " is not a number", "Give a whole number from 0");
        }
        return Integer.parseInt(text);
    }
}
