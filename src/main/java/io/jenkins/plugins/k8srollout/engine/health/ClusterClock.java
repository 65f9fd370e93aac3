package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Guesses the cluster's time from the times its objects bear, because the clock here may go wrong by minutes and every
 * patience is counted from the cluster's times. Never ahead of the cluster: at worst a patience is counted from the
 * newest event before the wait instead of from its true start, so that a wrong clock cannot fail a release. Not
 * thread-safe.
 */
public final class ClusterClock {
    private Duration ahead;

    /** Takes a hint: what bears a time was made before it came here. */
    public void observe(KubeObject object, Instant here) {
        newest(object).ifPresent(time -> {
            Duration difference = Duration.between(here, time);
            if (ahead == null || difference.compareTo(ahead) > 0) {
                ahead = difference;
            }
        });
    }

    /** The cluster's time when it is {@code here} on our clock. */
    public Instant cluster(Instant here) {
        return ahead == null ? here : here.plus(ahead);
    }

    /** Our time when it is {@code there} in the cluster. */
    public Instant local(Instant there) {
        return ahead == null ? there : there.minus(ahead);
    }

    private static Optional<Instant> newest(KubeObject object) {
        if (object.kind().equals("Event")) {
            return time(object.text("series", "lastObservedTime")
                    .or(() -> object.text("lastTimestamp"))
                    .or(() -> object.text("eventTime")));
        }
        Optional<Instant> newest = time(object.text("metadata", "creationTimestamp"));
        for (KubeObject condition : object.children("status", "conditions")) {
            Optional<Instant> changed = time(condition.text("lastTransitionTime"));
            if (changed.isPresent() && (newest.isEmpty() || changed.get().isAfter(newest.get()))) {
                newest = changed;
            }
        }
        return newest;
    }

    private static Optional<Instant> time(Optional<String> text) {
        try {
            return text.map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
