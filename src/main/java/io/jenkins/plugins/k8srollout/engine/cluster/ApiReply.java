package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The server's answer.
 *
 * @param code HTTP status
 * @param contentType as sent; empty text if there was none
 * @param retryAfter the header as sent; empty text if there was none
 * @param body as sent
 */
record ApiReply(int code, String contentType, String retryAfter, byte[] body) {
    private static final int LONGEST_EXCERPT = 300;

    boolean isSuccess() {
        return code >= 200 && code < 300;
    }

    KubeObject json() {
        return Json.read(body);
    }

    /** The {@code Status} that explains a failure; empty if the answer holds none, as from a proxy in between. */
    Optional<KubeObject> status() {
        try {
            return Optional.of(json()).filter(o -> o.kind().equals("Status"));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The server's explanation, else the beginning of what it sent. */
    String words() {
        String told = status().flatMap(s -> s.text("message")).orElse("");
        if (!told.isBlank()) {
            return told.strip();
        }
        String raw = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        return raw.isEmpty() || raw.startsWith("<")
                ? "the server answered with status " + code
                : raw.substring(0, Math.min(raw.length(), LONGEST_EXCERPT));
    }
}
