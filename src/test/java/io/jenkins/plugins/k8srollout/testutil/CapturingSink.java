package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.event.ProgressText;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every event in the order told. Thread-safe. */
public final class CapturingSink implements ProgressSink {
    private final List<ProgressEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(ProgressEvent event) {
        events.add(event);
    }

    public List<ProgressEvent> events() {
        return List.copyOf(events);
    }

    public <E extends ProgressEvent> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The events in the words that a log would show. */
    public List<String> lines() {
        return events.stream().flatMap(e -> ProgressText.lines(e).stream()).toList();
    }

    public void clear() {
        events.clear();
    }
}
