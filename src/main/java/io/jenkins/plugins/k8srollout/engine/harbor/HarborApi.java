package io.jenkins.plugins.k8srollout.engine.harbor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.http.HttpPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks Harbor's API, reads lists to their end, and turns refusals into problems. Thread-safe.
 *
 * <p>Harbor wants a CSRF token only from callers with a session; this one sends user and password each time and no
 * cookie, so there is none.
 */
final class HarborApi {
    static final String ROOT = "/api/v2.0";
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int FORBIDDEN = 403;

    private static final int PAGE = 100; // the most that Harbor gives
    private static final int MOST_PAGES = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpPort port;

    HarborApi(HttpPort port) {
        this.port = port;
    }

    HttpPort port() {
        return port;
    }

    /** {@code harbor.example.com/shop}, for messages. */
    String in(String path) {
        return port.server() + "/" + path;
    }

    /** The answer with any status. */
    HttpAnswer send(HttpCall call) {
        return port.send(call);
    }

    /**
     * What a successful request has brought.
     *
     * @param needs the right without which it is refused
     */
    JsonNode get(HttpCall call, HarborRight needs) {
        return json(require(send(call), call, needs), call);
    }

    /** The same; nothing where the object does not exist. */
    Optional<JsonNode> find(HttpCall call, HarborRight needs) {
        HttpAnswer answer = send(call);
        return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(json(require(answer, call, needs), call));
    }

    /** All entries of a list. {@code call} has a query already, without page and page_size. */
    List<JsonNode> list(HttpCall call, HarborRight needs) {
        List<JsonNode> entries = new ArrayList<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            HttpCall asked = call.to(call.target() + "&page=" + page + "&page_size=" + PAGE);
            HttpAnswer answer = require(send(asked), asked, needs);
            JsonNode tree = json(answer, asked);
            tree.forEach(entries::add);
            if (tree.isEmpty() || !hasMore(answer, entries.size())) {
                return entries;
            }
        }
        throw failed(
                call,
                "the list does not end after " + MOST_PAGES + " pages of " + PAGE,
                "Ask for less, or clean it up");
    }

    // The link leads to where Harbor believes to be; its number alone is of use.
    private static boolean hasMore(HttpAnswer answer, int soFar) {
        Optional<String> total = answer.header("X-Total-Count").filter(text -> text.matches("\\d{1,9}"));
        return total.map(text -> Integer.parseInt(text) > soFar)
                .orElseGet(() -> answer.header("Link").orElse("").matches("(?s).*;\\s*rel=\"?next\"?.*"));
    }

    HttpAnswer require(HttpAnswer answer, HttpCall call, HarborRight needs) {
        if (answer.succeeded()) {
            return answer;
        }
        throw HarborErrors.of(answer, call, port.who(), needs);
    }

    JsonNode json(HttpAnswer answer, HttpCall call) {
        try {
            JsonNode tree = JSON.readTree(answer.content());
            if (tree != null && !tree.isMissingNode()) {
                return tree;
            }
        } catch (IOException e) {
            throw failed(call, "the answer is no whole JSON", "Check that Harbor is there, and any proxy before it");
        }
        throw failed(call, "the answer is empty", "Check any proxy before Harbor");
    }

    static byte[] bytes(JsonNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request of our own cannot be written as JSON", e);
        }
    }

    static ObjectMapper mapper() {
        return JSON;
    }

    /** A number that Harbor must have sent. */
    static long number(JsonNode object, String field, HttpCall call) {
        if (!object.path(field).isIntegralNumber()) {
            throw failed(call, "the answer has no " + field, "Check that it is a Harbor of version 2.0 or later");
        }
        return object.path(field).asLong();
    }

    static ReleaseException failed(HttpCall call, String reason, String remedy) {
        return new ReleaseException(new Problem(Problem.Kind.FAILED, call.attempted(), call.object(), reason, remedy));
    }
}
