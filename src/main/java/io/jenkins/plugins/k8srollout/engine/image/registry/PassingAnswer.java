package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** Recognizes answers that only mean "not now", and when to come back (Retry-After, RFC 9110 section 10.2.3). Pure. */
final class PassingAnswer {
    private static final Set<Integer> STATUSES = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int TOO_MANY = 429;
    private static final int MOST_DIGITS = 9;

    private PassingAnswer() {}

    /**
     * The failure that the answer means, if it may pass.
     *
     * @param speaker who answered: {@code the registry}, {@code its token server}
     */
    static Optional<TransientException> of(Answer answer, RegistryAccess access, String speaker, Instant now) {
        if (!STATUSES.contains(answer.status())) {
            return Optional.empty();
        }
        String remedy = answer.status() == TOO_MANY
                ? "Log in with credentials that have a higher limit, or build less often"
                : "Look into the registry's log";
        return Optional.of(TransientException.answered(
                speaker + " answered " + RegistryErrors.words(answer, access), remedy, retryAfter(answer, now)));
    }

    private static Optional<Duration> retryAfter(Answer answer, Instant now) {
        return answer.header("Retry-After").map(String::trim).flatMap(text -> parse(text, now));
    }

    // What makes no sense is as good as absent.
    private static Optional<Duration> parse(String text, Instant now) {
        if (text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
