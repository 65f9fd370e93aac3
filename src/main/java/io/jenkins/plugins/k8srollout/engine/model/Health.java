package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of one object, judged from what the API shows.
 *
 * @param state closed set; {@link State#UNKNOWN} is never taken for healthy
 * @param message one line as in {@code 2 of 3 pods available}
 * @param cause why it failed or is held up; empty where there is nothing to explain
 */
public record Health(State state, String message, Optional<Cause> cause) {

    public enum State {
        /** As wanted, at the current generation. */
        HEALTHY,
        /** On its way; time may heal it. */
        PROGRESSING,
        /** Certain to stay broken without somebody's help. */
        FAILED,
        /** The object does not exist (yet). */
        ABSENT,
        /** Its kind tells nothing that can be judged. */
        UNKNOWN
    }

    /** How sure a cause is to end the release. */
    public enum Weight {
        /** Fails the release at once. */
        FATAL,
        /** Fails the release after it has happened a number of times. */
        THRESHOLD,
        /** Explains the wait. */
        WAITING
    }

    /**
     * The decisive reason behind a state.
     *
     * @param weight whether it ends the release
     * @param code stable name as in {@code ImagePullBackOff}
     * @param object the object it was seen on, mostly a pod
     * @param container the container's name; empty text if it is not about one
     * @param detail one or two lines: the server's own words, with what matters added
     * @param remedy what likely helps; empty text if nothing can be said
     */
    public record Cause(Weight weight, String code, ObjectRef object, String container, String detail, String remedy)
            implements Serializable {
        /** One line of what and where. */
        public String summary() {
            String where = container.isEmpty() ? object.toString() : object + " (container " + container + ")";
            return code + " on " + where + ": " + detail;
        }
    }

    public Health {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(cause, "cause");
    }

    public static Health of(State state, String message) {
        return new Health(state, message, Optional.empty());
    }

    public static Health because(State state, String message, Cause cause) {
        return new Health(state, message, Optional.of(cause));
    }

    public boolean isHealthy() {
        return state == State.HEALTHY;
    }

    public boolean isFailed() {
        return state == State.FAILED;
    }
}
