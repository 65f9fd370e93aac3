package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what has changed, each thing once. A cause that only explains a wait is told when it has lasted for a while:
 * every pod is unready for a moment. Not thread-safe.
 */
final class Narrator {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ProgressSink sink;
    private final Map<ObjectRef, Health> told = new HashMap<>();
    private final Set<CauseKey> causes = new HashSet<>();
    private final Map<CauseKey, Instant> waiting = new HashMap<>();
    private final Set<String> remarks = new HashSet<>();

    // Not the pod: what holds up one replica holds up the others.
    private record CauseKey(ObjectRef target, String code, String container) {}

    Narrator(ProgressSink sink) {
        this.sink = sink;
    }

    void tell(TargetState target, Instant now) {
        Health health = target.health();
        Health before = told.put(target.ref(), health);
        // While all is well, numbers that come and go are no news
        boolean changed = before == null
                || before.state() != health.state()
                || !health.isHealthy() && !before.message().equals(health.message());
        if (changed) {
            sink.accept(new ProgressEvent.HealthChanged(target.ref(), health.state(), health.message()));
        }
        waiting.keySet()
                .removeIf(key -> key.target().equals(target.ref())
                        && target.causes().stream().noneMatch(c -> key.equals(key(target, c))));
        target.causes().forEach(cause -> tell(target, cause, now));
    }

    private void tell(TargetState target, Health.Cause cause, Instant now) {
        CauseKey key = key(target, cause);
        if (causes.contains(key)) {
            return;
        }
        boolean patient = cause.weight() == Health.Weight.WAITING
                && now.isBefore(waiting.computeIfAbsent(key, k -> now).plus(PATIENCE));
        if (!patient) {
            waiting.remove(key);
            causes.add(key);
            sink.accept(new ProgressEvent.CauseSeen(cause));
        }
    }

    /** When a cause that is held back is to be told; empty if there is none. */
    Optional<Instant> nextTell() {
        return waiting.values().stream().min(Instant::compareTo).map(since -> since.plus(PATIENCE));
    }

    void log(ProgressEvent.LogExcerpt excerpt) {
        sink.accept(excerpt);
    }

    /** A remark, unless the same was made before. */
    void remark(Finding.Severity severity, String text) {
        if (remarks.add(text)) {
            sink.accept(new ProgressEvent.Notice(severity, text));
        }
    }

    /** An attempt that failed, unless the same was told before. */
    void retrying(String attempted, String reason, Duration delay) {
        if (remarks.add(attempted + reason)) {
            sink.accept(new ProgressEvent.Retrying(attempted, reason, delay));
        }
    }

    private static CauseKey key(TargetState target, Health.Cause cause) {
        return new CauseKey(target.ref(), cause.code(), cause.container());
    }
}
