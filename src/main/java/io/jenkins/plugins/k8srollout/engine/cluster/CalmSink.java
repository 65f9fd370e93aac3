package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells of a server that is away once in a while: every call and every watch notices it for itself, and a log does not
 * need to know of each.
 */
final class CalmSink implements ProgressSink {
    private static final Duration PAUSE = Duration.ofSeconds(4);

    private final ProgressSink next;
    private final Scheduler clock;
    private Instant quietUntil = Instant.MIN;

    CalmSink(ProgressSink next, Scheduler clock) {
        this.next = next;
        this.clock = clock;
    }

    @Override
    public void accept(ProgressEvent event) {
        if (!(event instanceof ProgressEvent.Retrying) || isTime()) {
            next.accept(event);
        }
    }

    private synchronized boolean isTime() {
        Instant now = clock.now();
        if (now.isBefore(quietUntil)) {
            return false;
        }
        quietUntil = now.plus(PAUSE);
        return true;
    }
}
