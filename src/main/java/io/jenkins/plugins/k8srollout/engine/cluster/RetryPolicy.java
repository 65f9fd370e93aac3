package io.jenkins.plugins.k8srollout.engine.cluster;

import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/** Which faults pass by themselves, and how long to wait for that. Pure but for the jitter. */
final class RetryPolicy {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(60);
    private static final int DOUBLINGS = 6;

    // For so long after a lost connection an API server may not know yet what it serves and who may do what.
    private static final Duration WAKING = Duration.ofSeconds(20);
    // A name that does not resolve and a broken webhook are given a chance, not the whole patience.
    private static final Duration SHORT = Duration.ofSeconds(15);
    // A renewed token is there at once or not at all.
    private static final Duration RENEWAL = Duration.ofSeconds(3);

    private final Duration patience;
    private final boolean tokensAreRenewed;

    RetryPolicy(Duration patience, boolean tokensAreRenewed) {
        this.patience = patience;
        this.tokensAreRenewed = tokensAreRenewed;
    }

    /** How long a failed connection is tried again, from the first attempt; empty if another attempt is no use. */
    Optional<Duration> limit(Throwable thrown) {
        if (Causes.find(thrown, CertificateException.class).isPresent() || isNoTls(thrown)) {
            return Optional.empty();
        }
        if (Causes.find(thrown, UnknownHostException.class).isPresent()) {
            return Optional.of(shorter(SHORT));
        }
        return Causes.find(thrown, java.io.IOException.class).map(e -> patience);
    }

    // The other side speaks plain HTTP, or refuses our certificate; a connection that breaks off is not meant.
    private static boolean isNoTls(Throwable thrown) {
        return Causes.find(thrown, SSLException.class)
                .map(e -> String.valueOf(e.getMessage()))
                .filter(m -> m.contains("Unsupported or unrecognized SSL message")
                        || m.contains("plaintext connection")
                        || m.contains("certificate")
                        || m.contains("unable to find valid certification path"))
                .isPresent();
    }

    /**
     * How long a refused request is tried again, from the first attempt; empty if another attempt is no use.
     *
     * @param lastLoss when the connection was last lost
     */
    Optional<Duration> limit(ApiRequest request, ApiReply reply, Instant now, Optional<Instant> lastLoss) {
        boolean unserved = (reply.code() == 404 || reply.code() == 405) && !ClusterErrors.isAboutAnObject(reply);
        if (request.fresh() && unserved) {
            return Optional.of(patience);
        }
        boolean waking = isWaking(lastLoss, now);
        return switch (reply.code()) {
            case 429, 502, 503, 504 -> Optional.of(patience);
            case 500 -> limitOfInternalError(reply.words());
            case 401 ->
                waking ? Optional.of(patience) : tokensAreRenewed ? Optional.of(shorter(RENEWAL)) : Optional.empty();
            case 403 -> waking && ClusterErrors.isAuthorization(reply) ? Optional.of(patience) : Optional.empty();
            case 404 -> waking && unserved ? Optional.of(patience) : Optional.empty();
            case 409 ->
                request.guarded() || ClusterErrors.isOwnership(reply) || isRefusedCreation(request, reply)
                        ? Optional.empty()
                        : Optional.of(shorter(SHORT));
            default -> Optional.empty();
        };
    }

    // An apply that met another's creation will find the object at the next attempt; a creation never will.
    private static boolean isRefusedCreation(ApiRequest request, ApiReply reply) {
        return request.method().equals("POST") && ClusterErrors.isPresent(reply);
    }

    /** @param lastLoss when the connection was last lost */
    boolean isWaking(Optional<Instant> lastLoss, Instant now) {
        return lastLoss.filter(loss -> loss.plus(WAKING).isAfter(now)).isPresent();
    }

    // Old servers report a malformed apply as an internal error: kubernetes/kubernetes#88091 and its like.
    private Optional<Duration> limitOfInternalError(String words) {
        if (words.contains("failed to create typed") || words.contains("field not declared in schema")) {
            return Optional.empty();
        }
        boolean webhook = words.contains("failed calling webhook") || words.contains("failed calling admission");
        return Optional.of(webhook ? shorter(SHORT) : patience);
    }

    private Duration shorter(Duration wanted) {
        return wanted.compareTo(patience) < 0 ? wanted : patience;
    }

    /** Twice as long each time, with a jitter of a quarter so that many clients do not return at once. */
    Duration delay(int failures, String retryAfter) {
        Duration asked = seconds(retryAfter);
        long base = FIRST.toMillis() << Math.min(failures, DOUBLINGS);
        long millis = Math.min(base, LONGEST.toMillis());
        Duration own = Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        return asked.compareTo(own) > 0 ? asked : own;
    }

    // API servers send seconds only; the header's other form, a date, comes from none.
    private static Duration seconds(String retryAfter) {
        if (!retryAfter.matches("[0-9]{1,6}")) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(retryAfter));
        return asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    }
}
