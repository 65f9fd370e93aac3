package io.jenkins.plugins.k8srollout.engine.manifest.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Registry logins for the kubelet. The server looks only at whether they are JSON; everything else that is wrong shows as
 * ImagePullBackOff much later. Shows no values.
 */
final class DockerConfigRule implements Rule.OfItem {
    private static final String RULE = "docker-config";
    private static final String REMEDY =
            "Make it anew with kubectl create secret docker-registry NAME --docker-server=… --docker-username=… --dry-run=client -o yaml";
    private static final Map<String, String> KEYS = Map.of(
            "kubernetes.io/dockerconfigjson", ".dockerconfigjson",
            "kubernetes.io/dockercfg", ".dockercfg");
    private static final String EMPTY = "{\"auths\":{}}";
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public void check(Item item, Folder folder, Report report) {
        String key = item.isCore("Secret") ? KEYS.get(item.object().text("type").orElse("")) : null;
        if (key == null) {
            return;
        }
        KubeObject secret = item.object();
        String field = secret.has("stringData", key) ? "stringData" : "data";
        Optional<String> text = secret.text(field, key);
        if (text.isEmpty()) {
            report.error(item, RULE, "the key '" + key + "' is missing", REMEDY, field);
            return;
        }
        Optional<String> json = field.equals("stringData")
                ? text
                : SecretDataRule.decoded(text.get()).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        // What is not base64 is another rule's finding.
        if (json.isEmpty()) {
            return;
        }
        Object[] path = {field, key};
        if (json.get().replaceAll("\\s", "").equals(EMPTY)) {
            // Charts keep such a placeholder on purpose; it just logs in nowhere.
            report.warning(item, RULE, "the value of '" + key + "' names no registry", REMEDY, path);
            return;
        }
        wrong(json.get(), key.equals(".dockerconfigjson"))
                .ifPresent(reason -> report.error(item, RULE, "the value of '" + key + "' " + reason, REMEDY, path));
    }

    private static Optional<String> wrong(String json, boolean withAuths) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return Optional.of("is not JSON: " + place(e));
        }
        if (!root.isObject()) {
            return Optional.of("is not a JSON object");
        }
        JsonNode auths = withAuths ? root.path("auths") : root;
        if (!auths.isObject()) {
            return Optional.of("has no 'auths'");
        }
        if (auths.isEmpty()) {
            return Optional.of("names no registry under 'auths'");
        }
        for (Map.Entry<String, JsonNode> entry : auths.properties()) {
            Optional<String> reason = wrongEntry(entry.getValue(), root.has("credsStore") || root.has("credHelpers"));
            if (reason.isPresent()) {
                return Optional.of("has for registry '" + entry.getKey() + "' " + reason.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> wrongEntry(JsonNode entry, boolean helper) {
        if (entry.path("auth").asText("").isEmpty()) {
            boolean login = !entry.path("username").asText("").isEmpty()
                    && !entry.path("password").asText("").isEmpty();
            boolean token = !entry.path("identitytoken").asText("").isEmpty();
            if (login || token) {
                return Optional.empty();
            }
            return Optional.of(
                    helper
                            ? "no login: Docker kept it in a credential helper of the machine where the file was made"
                            : "neither 'auth' nor 'username' and 'password'");
        }
        Optional<byte[]> login = SecretDataRule.decoded(entry.path("auth").asText());
        if (login.isEmpty()) {
            return Optional.of("an 'auth' that is not base64");
        }
        boolean pair = new String(login.get(), StandardCharsets.UTF_8).indexOf(':') > 0;
        return pair ? Optional.empty() : Optional.of("an 'auth' that is not the base64 of user:password");
    }

    /** The parser's own message quotes the text. */
    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? "it ends too early"
                : "see line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + " of the decoded text";
    }
}
