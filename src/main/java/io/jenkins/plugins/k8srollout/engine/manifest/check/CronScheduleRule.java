package io.jenkins.plugins.k8srollout.engine.manifest.check;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schedules of CronJobs.
 *
 * @see <a href="https://pkg.go.dev/github.com/robfig/cron/v3">robfig/cron</a>, which Kubernetes parses them with
 */
final class CronScheduleRule implements Rule.OfItem {
    private static final int LONGEST = 500;
    private static final Set<String> MACROS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final Pattern EVERY = Pattern.compile("@every ([0-9]+(\\.[0-9]+)?(h|m|s|ms|us|ns))+");
    private static final Pattern ENTRY = Pattern.compile("(\\*|\\?|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:/([0-9]+))?");
    private static final List<String> MONTHS =
            List.of("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    private enum Field {
        MINUTE(0, 59),
        HOUR(0, 23),
        DAY(1, 31),
        MONTH(1, 12),
        WEEKDAY(0, 6);

        private final int least;
        private final int most;

        Field(int least, int most) {
            this.least = least;
            this.most = most;
        }
    }

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (!item.is("batch", "CronJob")) {
            return;
        }
        wrong(item.object().text("spec", "schedule").orElse(""))
                .ifPresent(reason -> report.error(
                        item,
                        "cron-schedule",
                        "the schedule is wrong: " + reason,
                        "Write minute, hour, day of month, month and day of week, for example \"30 3 * * 1-5\"",
                        "spec",
                        "schedule"));
    }

    static Optional<String> wrong(String schedule) {
        if (schedule.length() > LONGEST) {
            return Optional.of("it is longer than " + LONGEST + " characters");
        }
        if (schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=")) {
            return Optional.of("the time zone belongs in spec.timeZone");
        }
        if (schedule.startsWith("@")) {
            boolean known = MACROS.contains(schedule) || EVERY.matcher(schedule).matches();
            return known ? Optional.empty() : Optional.of("there is no " + schedule);
        }
        List<String> fields = Arrays.asList(schedule.strip().split("\\s+"));
        if (fields.size() != Field.values().length || schedule.isBlank()) {
            return Optional.of("it has " + (schedule.isBlank() ? 0 : fields.size()) + " fields instead of 5");
        }
        for (Field field : Field.values()) {
            String text = fields.get(field.ordinal());
            for (String entry : text.toLowerCase(Locale.ROOT).split(",", -1)) {
                if (!isEntry(entry, field)) {
                    return Optional.of("'" + text + "' is no " + field.name().toLowerCase(Locale.ROOT));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isEntry(String text, Field field) {
        Matcher entry = ENTRY.matcher(text);
        if (!entry.matches() || (entry.group(4) != null && entry.group(4).matches("0+"))) {
            return false;
        }
        if (entry.group(2) == null) {
            return true;
        }
        int from = number(entry.group(2), field);
        int to = entry.group(3) == null ? from : number(entry.group(3), field);
        return from >= field.least && to <= field.most && from <= to;
    }

    private static int number(String text, Field field) {
        if (text.matches("[0-9]{1,3}")) {
            return Integer.parseInt(text);
        }
        return field == Field.MONTH ? MONTHS.indexOf(text) : field == Field.WEEKDAY ? DAYS.indexOf(text) : -1;
    }
}
