package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write them: {@code 90s}, {@code 10m}, {@code 1h30m}; a bare number means seconds. */
public final class DurationText {
    private static final Pattern PARTS =
            Pattern.compile("(?:(?<d>\\d{1,6})d)?(?:(?<h>\\d{1,6})h)?(?:(?<m>\\d{1,6})m)?(?:(?<s>\\d{1,9})s?)?");

    private DurationText() {}

    /**
     * @param parameter the parameter's name, for the message
     * @throws ReleaseException (refused input) for anything else, negative spans included
     */
    public static Duration parse(String parameter, String text) {
        String compact = text.replaceAll("\\s+", "");
        Matcher parts = PARTS.matcher(compact);
        if (compact.isEmpty() || !parts.matches()) {
            throw ReleaseException.refused(
                    "read " + parameter,
                    text,
                    "it is not a span of time",
                    "Write a number with a unit; a bare number means seconds",
                    "90s",
                    "10m",
                    "1h30m",
                    "2d");
        }
        return Duration.ofDays(number(parts, "d"))
                .plusHours(number(parts, "h"))
                .plusMinutes(number(parts, "m"))
                .plusSeconds(number(parts, "s"));
    }

    private static long number(Matcher parts, String group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
