package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * One request, before authorization. Immutable.
 *
 * @param payload null for none
 * @param scopes the rights it needs
 * @param streamed whether a successful answer's body is to be read as a stream
 * @param abort ends it, and all that is derived from it
 * @param mostContent the most bytes of a body that is not streamed
 */
record Call(
        String method,
        URI address,
        Map<String, String> headers,
        Payload payload,
        Scopes scopes,
        Action action,
        boolean streamed,
        Abort abort,
        int mostContent) {
    // Manifests may be 4 MiB (the limit of the reference registry); configurations are smaller still.
    private static final int MOST_CONTENT = 8 << 20;

    Call {
        headers = Map.copyOf(headers);
    }

    static Call get(URI address, Scopes scopes, Action action) {
        return new Call("GET", address, Map.of(), null, scopes, action, false, new Abort(), MOST_CONTENT);
    }

    static Call head(URI address, Scopes scopes, Action action) {
        return new Call("HEAD", address, Map.of(), null, scopes, action, false, new Abort(), MOST_CONTENT);
    }

    static Call delete(URI address, Scopes scopes, Action action) {
        return new Call("DELETE", address, Map.of(), null, scopes, action, false, new Abort(), MOST_CONTENT);
    }

    static Call sending(String method, URI address, Payload payload, Scopes scopes, Action action) {
        return new Call(method, address, Map.of(), payload, scopes, action, false, new Abort(), MOST_CONTENT);
    }

    Call with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Call(method, address, more, payload, scopes, action, streamed, abort, mostContent);
    }

    Call to(URI elsewhere) {
        return new Call(method, elsewhere, headers, payload, scopes, action, streamed, abort, mostContent);
    }

    Call as(String otherMethod, Payload otherPayload) {
        return new Call(otherMethod, address, headers, otherPayload, scopes, action, streamed, abort, mostContent);
    }

    Call streaming() {
        return new Call(method, address, headers, payload, scopes, action, true, abort, mostContent);
    }

    Call limited(int bytes) {
        return new Call(method, address, headers, payload, scopes, action, streamed, abort, bytes);
    }
}
