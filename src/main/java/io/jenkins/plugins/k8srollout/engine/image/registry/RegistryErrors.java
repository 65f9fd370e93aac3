package io.jenkins.plugins.k8srollout.engine.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/**
 * Turns a registry's refusal into a problem with a remedy, the registry's own code and words in it. Pure.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes">OCI error codes</a>
 */
final class RegistryErrors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_WORDS = 500;
    private static final int HTTP_OF_HTTPS = 400;

    /** One row: which answers, what kind of problem, what to do. The first that fits is taken. */
    private record Row(BiPredicate<Integer, String> fits, Problem.Kind kind, String remedy) {}

    private static final List<Row> ROWS = List.of(
            // Harbor answers 412 with PRECONDITION, others 400, 403 or 409, all with the word in the message
            new Row(
                    (status, words) -> words.contains("immutable") || status == 412,
                    Problem.Kind.REJECTED,
                    "Choose a tag that does not exist yet, or relax the rule of immutable tags in the registry"),
            new Row(
                    (status, words) -> words.contains("quota") || words.contains("exceed") && status != 429,
                    Problem.Kind.REJECTED,
                    "Delete old images and run the registry's garbage collection, or raise the quota"),
            new Row(
                    (status, words) -> status == HTTP_OF_HTTPS && words.contains("http request to an https server"),
                    Problem.Kind.UNREACHABLE,
                    "Turn off plain HTTP for this registry (its configuration, or --plain-http): it speaks https"),
            new Row(
                    (status, words) -> status == 401 || status == 403,
                    Problem.Kind.NOT_PERMITTED,
                    "Check the user's password and rights (a robot account needs pull, and push for builds), and that the"
                            + " repository's project exists"),
            new Row(
                    (status, words) -> words.contains("manifest_unknown"),
                    Problem.Kind.NOT_FOUND,
                    "Check the repository, and the tag or digest"),
            new Row(
                    (status, words) -> status == 404,
                    Problem.Kind.NOT_FOUND,
                    "Check registry and repository; in Harbor the project must be created first"),
            new Row(
                    (status, words) -> status == 405,
                    Problem.Kind.REJECTED,
                    "The registry is read-only, or the project is a proxy cache: push elsewhere"),
            new Row(
                    (status, words) -> status == 407,
                    Problem.Kind.UNREACHABLE,
                    "The proxy on the way wants a user: use one that does not, or except this registry from it"
                            + " (http.nonProxyHosts)"),
            new Row(
                    (status, words) -> status == 413,
                    Problem.Kind.REJECTED,
                    "Raise the size limit of the proxy before the registry (nginx: client_max_body_size)"),
            new Row((status, words) -> status == 507, Problem.Kind.REJECTED, "Make room on the registry's storage"),
            new Row((status, words) -> true, Problem.Kind.REJECTED, "Look into the registry's log"));

    private RegistryErrors() {}

    static ReleaseException of(Answer answer, Action action, RegistryAccess access) {
        return of(answer, action, access, "the registry");
    }

    /** @param speaker who answered: {@code the registry}, {@code its token server} */
    static ReleaseException of(Answer answer, Action action, RegistryAccess access, String speaker) {
        String words = words(answer, access);
        String lower = words.toLowerCase(Locale.ROOT);
        Row row = ROWS.stream()
                .filter(r -> r.fits().test(answer.status(), lower))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last row fits everything"));
        String who = row.kind() == Problem.Kind.NOT_PERMITTED
                ? access.registry() + " refused " + access.credentials().who() + ": "
                : "";
        return new ReleaseException(new Problem(
                row.kind(),
                action.attempted(),
                action.object(),
                who + speaker + " answered " + words,
                row.kind() == Problem.Kind.NOT_PERMITTED && access.credentials().isAnonymous()
                        ? "Choose credentials for this registry"
                        : row.remedy()));
    }

    /** {@code 403 DENIED: requested access to the resource is denied}. */
    static String words(Answer answer, RegistryAccess access) {
        List<String> errors = new ArrayList<>();
        for (JsonNode error : errors(answer)) {
            String code = error.path("code").asText("");
            String message = error.path("message").asText("");
            errors.add(message.isEmpty() ? code : code + ": " + message);
        }
        String said = errors.isEmpty() ? plain(answer) : String.join("; ", errors);
        String text = (answer.status() + " " + said).replaceAll("\\s+", " ").trim();
        String shortened = text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) + "…" : text;
        return access.credentials().scrub(shortened.replaceAll("\\.$", ""));
    }

    /** Whether the registry's error has one of these codes. */
    static boolean hasCode(Answer answer, String... codes) {
        List<String> wanted = List.of(codes);
        for (JsonNode error : errors(answer)) {
            if (wanted.contains(error.path("code").asText())) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode errors(Answer answer) {
        try {
            JsonNode tree = JSON.readTree(answer.content());
            return tree == null ? JSON.missingNode() : tree.path("errors");
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    // Token servers and proxies answer otherwise: {"details": "…"}, {"error": "…"}, a line of text, a page.
    private static String plain(Answer answer) {
        try {
            JsonNode tree = JSON.readTree(answer.content());
            for (String field : List.of("error_description", "details", "message", "error")) {
                if (tree != null && tree.path(field).isTextual()) {
                    return tree.path(field).asText();
                }
            }
        } catch (IOException e) {
            return answer.mediaType().equals("text/plain")
                    ? new String(answer.content(), java.nio.charset.StandardCharsets.UTF_8)
                    : "without saying why";
        }
        return "without saying why";
    }
}
