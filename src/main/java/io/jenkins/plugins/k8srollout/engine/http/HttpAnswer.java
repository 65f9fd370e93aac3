package io.jenkins.plugins.k8srollout.engine.http;

import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * What came back.
 *
 * @param words status, error codes and messages in one short line without secrets: {@code 403 FORBIDDEN: forbidden}
 */
public record HttpAnswer(int status, HttpHeaders headers, byte[] content, String words) {
    private static final int SUCCESS = 2;
    private static final int HUNDRED = 100;

    public boolean succeeded() {
        return status / HUNDRED == SUCCESS;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }
}
