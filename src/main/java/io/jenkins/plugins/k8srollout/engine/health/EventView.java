package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an Event of the core group. Components that record through events.k8s.io, such as the scheduler, leave count
 * and first and last time empty and fill {@code eventTime} and {@code series} instead.
 */
record EventView(KubeObject event) {
    static final Comparator<EventView> NEWEST_FIRST =
            Comparator.comparing(EventView::last).reversed();

    private static final Pattern CONTAINER = Pattern.compile("\\{([^}]*)}");

    String reason() {
        return event.text("reason").orElse("");
    }

    String message() {
        return event.text("message").orElse("");
    }

    /** The container it is about; empty text if it is about the whole object. */
    String container() {
        Matcher matcher =
                CONTAINER.matcher(event.text("involvedObject", "fieldPath").orElse(""));
        return matcher.find() ? matcher.group(1) : "";
    }

    long count() {
        return event.number("series", "count").or(() -> event.number("count")).orElse(1L);
    }

    Instant first() {
        return time(event, "firstTimestamp")
                .or(() -> time(event, "eventTime"))
                .or(() -> time(event, "metadata", "creationTimestamp"))
                .orElse(Instant.EPOCH);
    }

    Instant last() {
        return time(event, "series", "lastObservedTime")
                .or(() -> time(event, "lastTimestamp"))
                .orElseGet(this::first);
    }

    /** A point in time as the API writes it; empty if there is none. */
    static Optional<Instant> time(KubeObject object, Object... path) {
        return object.text(path).flatMap(EventView::parse);
    }

    private static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
