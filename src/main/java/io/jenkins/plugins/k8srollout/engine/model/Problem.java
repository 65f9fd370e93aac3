package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Everything a failure message must say: what was tried, on which object, why it failed, what to do, what is valid.
 *
 * @param kind what sort of failure it is; the command line maps it to an exit code
 * @param attempted what was tried, as a verb phrase: {@code apply}, {@code read the manifests}, {@code push the image}
 * @param object on what: {@code Deployment/shop/web}, {@code deploy/web.yaml}, {@code registry.example.com/shop/web}
 * @param reason why it failed, one sentence without a full stop
 * @param remedy what the user can do, one sentence without a full stop; empty text if nothing can be said
 * @param validValues the accepted values where there is a closed list or a rule; else empty
 */
public record Problem(
        Kind kind, String attempted, String object, String reason, String remedy, List<String> validValues)
        implements Serializable {

    /** The sorts of failure a caller treats differently. */
    public enum Kind {
        /** The request itself is wrong; nothing was changed. */
        REFUSED_INPUT,
        /** The cluster or registry cannot be reached, after retries. */
        UNREACHABLE,
        /** Credentials are missing, wrong, or lack a right. */
        NOT_PERMITTED,
        /** A named object does not exist. */
        NOT_FOUND,
        /** Another manager owns fields that the change needs. */
        CONFLICT,
        /** The server refused the object (validation, admission, quota). */
        REJECTED,
        /** The release was applied and did not become healthy. */
        UNHEALTHY,
        /** Time ran out before the outcome was certain. */
        TIMED_OUT,
        /** Somebody ended the work. */
        INTERRUPTED,
        /** Anything else: a broken builder, a full disk. */
        FAILED
    }

    public Problem {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(attempted, "attempted");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(remedy, "remedy");
        validValues = List.copyOf(validValues);
    }

    public Problem(Kind kind, String attempted, String object, String reason, String remedy) {
        this(kind, attempted, object, reason, remedy, List.of());
    }

    /** One paragraph, in the order people ask: what, on what, why, what now. */
    public String sentence() {
        StringBuilder text = new StringBuilder("Could not ").append(attempted);
        if (!object.isEmpty()) {
            text.append(": ").append(object);
        }
        text.append(": ").append(reason).append('.');
        if (!remedy.isEmpty()) {
            text.append(' ').append(remedy);
            if (remedy.indexOf('\n') < 0) { // else it ends with YAML that people copy
                text.append('.');
            }
        }
        if (!validValues.isEmpty()) {
            text.append(" Valid: ").append(String.join(", ", validValues)).append('.');
        }
        return text.toString();
    }
}
