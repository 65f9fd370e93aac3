package io.jenkins.plugins.k8srollout.engine.http;

import java.util.HashMap;
import java.util.Map;

/**
 * One request. Immutable.
 *
 * @param target path and query as they go over the wire, from the slash after the host on
 * @param body JSON; null for none
 * @param mostBytes of the answer's body that are taken
 * @param attempted what it is for, as a verb phrase for a failure message: {@code read the project}
 * @param object on what: {@code harbor.example.com/shop}
 */
public record HttpCall(
        String method,
        String target,
        Map<String, String> headers,
        byte[] body,
        int mostBytes,
        String attempted,
        String object) {

    /** Enough for a page of a list. */
    public static final int PAGE_BYTES = 8 << 20;

    public HttpCall {
        headers = Map.copyOf(headers);
    }

    public HttpCall(String method, String target, String attempted, String object) {
        this(method, target, Map.of(), null, PAGE_BYTES, attempted, object);
    }

    public HttpCall with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new HttpCall(method, target, more, body, mostBytes, attempted, object);
    }

    public HttpCall to(String otherTarget) {
        return new HttpCall(method, otherTarget, headers, body, mostBytes, attempted, object);
    }

    public HttpCall sending(byte[] json) {
        return new HttpCall(method, target, headers, json, mostBytes, attempted, object);
    }

    public HttpCall taking(int bytes) {
        return new HttpCall(method, target, headers, body, bytes, attempted, object);
    }
}
