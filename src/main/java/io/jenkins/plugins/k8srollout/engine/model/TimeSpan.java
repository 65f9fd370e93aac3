package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: {@code 90s}, {@code 10m}, {@code 1h30m}, {@code 500ms}. */
public final class TimeSpan {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?(?:(\\d{1,9})ms)?");

    private TimeSpan() {}

    /**
     * Reads a duration; a bare number counts seconds.
     *
     * @param parameter the parameter's name, for the message
     * @throws ReleaseException (refused input) for anything else, empty text included
     */
    public static Duration parse(String parameter, String text) {
        String compact = text.replace(" ", "").toLowerCase(Locale.ROOT);
        if (compact.matches("\\d{1,8}")) {
            return Duration.ofSeconds(Long.parseLong(compact));
        }
        Matcher parts = FORM.matcher(compact);
        if (compact.isEmpty() || !parts.matches()) {
            throw ReleaseException.refused(
                    "read " + parameter, text, "it is not a duration", "Write for example 90s, 10m or 1h30m");
        }
        return Duration.ofDays(number(parts, 1))
                .plusHours(number(parts, 2))
                .plusMinutes(number(parts, 3))
                .plusSeconds(number(parts, 4))
                .plusMillis(number(parts, 5));
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
