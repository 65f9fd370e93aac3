package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import java.util.ArrayList;
import java.util.List;

/** Passes events on and remembers the notices among them. Thread-safe. */
final class NoticeSink implements ProgressSink {
    private final ProgressSink next;
    private final List<ProgressEvent.Notice> notices = new ArrayList<>();

    NoticeSink(ProgressSink next) {
        this.next = next;
    }

    @Override
    public synchronized void accept(ProgressEvent event) {
        if (event instanceof ProgressEvent.Notice notice) {
            notices.add(notice);
        }
        next.accept(event);
    }

    /** So far, in their order. */
    synchronized List<ProgressEvent.Notice> notices() {
        return List.copyOf(notices);
    }
}
