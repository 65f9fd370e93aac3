package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Optional;

/**
 * What came back.
 *
 * @param address that answered in the end, after redirects
 * @param content the whole body, or nothing where it is streamed
 * @param stream the body where a stream was asked for and the request succeeded; else null
 */
record Answer(int status, HttpHeaders headers, URI address, byte[] content, InputStream stream) {
    private static final int SUCCESS = 2;
    private static final int HUNDRED = 100;

    boolean succeeded() {
        return status / HUNDRED == SUCCESS;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Without parameters, in lower case; empty text if the answer does not say. */
    String mediaType() {
        String type = header("Content-Type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }
}
