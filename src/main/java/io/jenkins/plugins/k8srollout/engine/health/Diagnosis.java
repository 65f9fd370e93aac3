package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * Why something does not run, and whether that is certain by now.
 *
 * @param cause what was found
 * @param decisive whether it fails the release as things stand
 * @param decisiveAt when it will, if nothing changes until then; empty if only a further event can decide, and when it
 *     is decisive already
 */
public record Diagnosis(Health.Cause cause, boolean decisive, Optional<Instant> decisiveAt) {

    /** Those that decide come first, then by weight; equal ones keep their order. */
    static final Comparator<Diagnosis> BY_WEIGHT = Comparator.comparing((Diagnosis d) -> !d.decisive())
            .thenComparing(d -> d.cause().weight());

    public Diagnosis {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(decisiveAt, "decisiveAt");
    }

    static Diagnosis now(Health.Cause cause) {
        return new Diagnosis(cause, true, Optional.empty());
    }

    /** Only explains the wait. */
    static Diagnosis open(Health.Cause cause) {
        return new Diagnosis(cause, false, Optional.empty());
    }

    /** Decides from a point in time on. */
    static Diagnosis from(Instant time, Instant now, Health.Cause cause) {
        return now.isBefore(time) ? new Diagnosis(cause, false, Optional.of(time)) : now(cause);
    }
}
