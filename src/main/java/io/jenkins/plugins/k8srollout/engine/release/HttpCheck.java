package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.URI;
import java.net.URISyntaxException;
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
public record HttpCheck(URI url, int status, Optional<Pattern> body) {
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
        return new HttpCheck(address(url), status, body.isEmpty() ? Optional.empty() : Optional.of(pattern(body)));
    }

    private static URI address(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw refusedUrl(e.getInput() == null ? "" : "an address", e.getReason());
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (url.getUserInfo() != null) {
            // not repeated in the message: it holds a password
            throw refusedUrl(String.valueOf(url.getHost()), "user information in an address ends up in logs");
        }
        if (url.getHost() == null || !scheme.matches("(?i)https?")) {
            throw refusedUrl(text, "it is not an absolute http or https address");
        }
        return url;
    }

    private static ReleaseException refusedUrl(String object, String reason) {
        return ReleaseException.refused(
                "read the HTTP check",
                object,
                reason,
                "Write for example https://shop.example.com/healthz",
                "http://…",
                "https://…");
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
    public String shown() {
        String text = url.getScheme() + "://" + url.getRawAuthority();
        return url.getRawPath() == null ? text : text + url.getRawPath();
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
