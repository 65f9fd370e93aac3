package io.jenkins.plugins.k8srollout.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request to the API server.
 *
 * @param method HTTP method
 * @param path absolute, its segments encoded
 * @param query parameters, not yet encoded
 * @param contentType of the body; empty text if there is none
 * @param body never logged: it may hold a Secret
 * @param accept the answer's type
 * @param attempted what this does, as a verb phrase for messages
 * @param object on what, for messages
 * @param patient whether passing faults are retried
 * @param fresh whether the kind was only just defined, so that the server may not serve it yet
 * @param guarded whether it names the version or the object it is meant for, so that a conflict is an answer
 */
record ApiRequest(
        String method,
        String path,
        Map<String, String> query,
        String contentType,
        byte[] body,
        String accept,
        String attempted,
        String object,
        boolean patient,
        boolean fresh,
        boolean guarded) {
    static final String JSON = "application/json";
    private static final byte[] NO_BODY = {};

    static ApiRequest get(String path, String attempted, String object) {
        return new ApiRequest("GET", path, Map.of(), "", NO_BODY, JSON, attempted, object, true, false, false);
    }

    ApiRequest sending(String verb, String type, byte[] content) {
        return new ApiRequest(verb, path, query, type, content, accept, attempted, object, patient, fresh, guarded);
    }

    ApiRequest with(String parameter, String value) {
        if (value.isEmpty()) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(parameter, value);
        return new ApiRequest(
                method, path, more, contentType, body, accept, attempted, object, patient, fresh, guarded);
    }

    ApiRequest accepting(String types) {
        return new ApiRequest(
                method, path, query, contentType, body, types, attempted, object, patient, fresh, guarded);
    }

    /** Where an answer now is worth more than an answer at all. */
    ApiRequest impatient() {
        return new ApiRequest(method, path, query, contentType, body, accept, attempted, object, false, fresh, guarded);
    }

    ApiRequest fresh(boolean value) {
        return new ApiRequest(
                method, path, query, contentType, body, accept, attempted, object, patient, value, guarded);
    }

    /** Where a conflict will be one again at the next attempt. */
    ApiRequest conflictsAtOnce() {
        return new ApiRequest(method, path, query, contentType, body, accept, attempted, object, patient, fresh, true);
    }

    /** The request's line for messages: parameters and body are left out. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
