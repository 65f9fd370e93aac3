package io.jenkins.plugins.k8srollout.engine.model;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A request that a healthy application answers.
 *
 * @param url absolute, http or https, without user information
 * @param status the expected status code, 100 to 599
 * @param body a regular expression to be found in the first 64 KiB of the answer; empty for any body
 */
public record HttpCheck(URI url, int status, Optional<Pattern> body) implements Analysis.Metric {
    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 599;

    public HttpCheck {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(body, "body");
    }

    /**
     * Parses what a user wrote.
     *
     * @param body empty text for any body
     * @throws ReleaseException (refused input)
     */
    public static HttpCheck parse(String url, int status, String body) {
        if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
            throw ReleaseException.refused(
                    "read the HTTP check",
                    String.valueOf(status),
                    "it is no HTTP status code",
                    "Leave it out for 200",
                    LOWEST_STATUS + " to " + HIGHEST_STATUS);
        }
        return new HttpCheck(
                WebAddress.parse("read the HTTP check", url),
                status,
                body.isEmpty() ? Optional.empty() : Optional.of(pattern(body)));
    }

    private static Pattern pattern(String body) {
        try {
            return Pattern.compile(body);
        } catch (PatternSyntaxException e) {
            throw ReleaseException.refused(
                    "read the HTTP check", body, "it is no regular expression: " + e.getDescription(), "Correct it");
        }
    }

    /** The address without its query, which may hold a token. */
    @Override
    public String shown() {
        return WebAddress.shown(url);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HttpCheck check
                && url.equals(check.url)
                && status == check.status
                && body.map(Pattern::pattern).equals(check.body.map(Pattern::pattern));
    }

    @Override
    public int hashCode() {
        return Objects.hash(url, status, body.map(Pattern::pattern));
    }

    @Override
    public String toString() {
        return shown() + " " + status;
    }
}
