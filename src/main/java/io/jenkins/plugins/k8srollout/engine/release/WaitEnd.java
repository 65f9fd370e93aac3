package io.jenkins.plugins.k8srollout.engine.release;

import java.time.Duration;
import java.time.Instant;

/**
 * When the time of a wait is up: at its deadline, but not before all has been looked at. A wait that is resumed late,
 * perhaps after its deadline, knows nothing yet; what has become healthy while nobody watched must not be taken for
 * too late, and rolled back. Not thread-safe.
 */
final class WaitEnd {
    /** How long a wait that is resumed may take to get its first look; longer than one request is tried again. */
    static final Duration FIRST_LOOK = Duration.ofMinutes(2);

    private final WaitRequest request;
    private final Instant deadline;
    private final Instant started;
    private Instant time;
    private boolean looked;

    /**
     * @param request with its deadline fixed
     * @param started when this process began to wait
     */
    WaitEnd(WaitRequest request, Instant started) {
        this.request = request;
        this.deadline = request.deadline().orElseThrow();
        this.started = started;
        this.time = notBefore(started.plus(FIRST_LOOK));
    }

    /** All targets have been judged. A mute object is passed over, and a time of stability over, some time later. */
    void looked(Instant now) {
        if (!looked) {
            looked = true;
            time = notBefore(now.plus(TargetState.GRACE).plus(request.stableFor()));
        }
    }

    Instant time() {
        return time;
    }

    // The deadline, or a later moment, but not one that a wait which begins now would not reach.
    private Instant notBefore(Instant wanted) {
        Instant most = started.plus(request.timeout());
        Instant then = wanted.isBefore(most) ? wanted : most;
        return then.isAfter(deadline) ? then : deadline;
    }
}
