package io.jenkins.plugins.k8srollout.engine.model;

import java.net.URI;
import java.net.URISyntaxException;

/** Addresses that users give to be asked, and how logs show them. */
public final class WebAddress {
    private WebAddress() {}

    /**
     * @param attempt what it is read for, as errors name it
     * @throws ReleaseException (refused input) if it is not absolute, not http or https, or holds a user
     */
    public static URI parse(String attempt, String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw refused(attempt, "an address", e.getReason());
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (url.getUserInfo() != null) {
            // not repeated in the message: it holds a password
            throw refused(attempt, String.valueOf(url.getHost()), "user information in an address ends up in logs");
        }
        if (url.getHost() == null || !scheme.matches("(?i)https?")) {
            throw refused(attempt, text, "it is not an absolute http or https address");
        }
        return url;
    }

    private static ReleaseException refused(String attempt, String object, String reason) {
        return ReleaseException.refused(
                attempt, object, reason, "Write for example https://shop.example.com/healthz", "http://…", "https://…");
    }

    /** Without the query, which may hold a token. */
    public static String shown(URI url) {
        String text = url.getScheme() + "://" + url.getRawAuthority();
        return url.getRawPath() == null ? text : text + url.getRawPath();
    }
}
