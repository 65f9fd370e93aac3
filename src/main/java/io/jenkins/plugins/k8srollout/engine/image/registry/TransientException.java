package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.time.Duration;
import java.util.Optional;

/** A failure that may pass: worth another try while there is patience left. Never leaves this room. */
final class TransientException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Duration NO_LIMIT = Duration.ofSeconds(Long.MAX_VALUE);

    private final String remedy;
    private final Duration retryAfter; // null where the registry named no time
    private final Duration worth;

    TransientException(String reason, String remedy, Throwable cause) {
        this(reason, remedy, null, NO_LIMIT, cause);
    }

    private TransientException(String reason, String remedy, Duration retryAfter, Duration worth, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
        this.retryAfter = retryAfter;
        this.worth = worth;
    }

    /** @param retryAfter what the registry asked to wait, if it did */
    static TransientException answered(String reason, String remedy, Optional<Duration> retryAfter) {
        return new TransientException(reason, remedy, retryAfter.orElse(null), NO_LIMIT, null);
    }

    /** @param worth the most patience that this failure deserves: it is more likely to be a mistake */
    static TransientException doubtful(String reason, String remedy, Duration worth, Throwable cause) {
        return new TransientException(reason, remedy, null, worth, cause);
    }

    String remedy() {
        return remedy;
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    Duration worth() {
        return worth;
    }
}
