package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.health.HealthPolicy;
import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A {@link WaitRequest} as JSON. Written by hand, field by field, because builds keep it on disk: a renamed component
 * must not change the format. Absent fields take their defaults, so that older text stays readable.
 */
final class WaitRequestText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WaitRequestText() {}

    static String encode(WaitRequest request) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("namespace", request.namespace());
        ArrayNode targets = root.putArray("targets");
        for (WaitRequest.Target target : request.targets()) {
            ObjectNode node = targets.addObject();
            target.goal().ifPresent(g -> node.putObject("goal")
                    .put("ready", g.ready())
                    .put("replicas", g.replicas())
                    .put("retired", g.retired()));
            node.put("apiVersion", target.ref().apiVersion())
                    .put("kind", target.ref().kind())
                    .put("namespace", target.ref().namespace())
                    .put("name", target.ref().name())
                    .put("minGeneration", target.minGeneration())
                    .put("template", target.template())
                    .put("stalled", target.stalled());
        }
        root.put("timeout", request.timeout().toString());
        request.deadline().ifPresent(d -> root.put("deadline", d.toString()));
        root.put("stableFor", request.stableFor().toString());
        request.http().ifPresent(http -> {
            ObjectNode check = root.putObject("http");
            check.put("url", http.url().toString()).put("status", http.status());
            check.put("body", http.body().map(Pattern::pattern).orElse(""));
        });
        root.put("failFast", request.failFast());
        root.put("logLines", request.logLines());
        root.set("policy", policy(request.policy()));
        return root.toString();
    }

    private static ObjectNode policy(HealthPolicy policy) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("restarts", policy.restarts())
                .put("pulls", policy.pulls())
                .put("scheduling", policy.scheduling().toString())
                .put("scaleUp", policy.scaleUp().toString())
                .put("missing", policy.missing().toString())
                .put("creation", policy.creation().toString())
                .put("runtime", policy.runtime().toString())
                .put("readiness", policy.readiness().toString())
                .put("unproven", policy.unproven().toString());
    }

    static WaitRequest decode(String text) {
        try {
            return read(JSON.readTree(text));
        } catch (JsonProcessingException | DateTimeException e) {
            // The parser's own message may repeat the text, whose address may hold a token.
            throw ReleaseException.refused(
                    "resume a wait",
                    "its saved state",
                    "it is not what an earlier wait has saved",
                    "Start the wait again");
        }
    }

    private static WaitRequest read(JsonNode root) {
        List<WaitRequest.Target> targets = new ArrayList<>();
        for (JsonNode target : root.path("targets")) {
            ObjectRef ref = new ObjectRef(
                    target.path("apiVersion").asText(),
                    target.path("kind").asText(),
                    target.path("namespace").asText(),
                    target.path("name").asText());
            targets.add(new WaitRequest.Target(
                    ref,
                    target.path("minGeneration").asLong(),
                    target.path("template").asText(""),
                    target.path("stalled").asText(""),
                    goal(target.path("goal"))));
        }
        JsonNode http = root.path("http");
        return new WaitRequest(
                root.path("namespace").asText(),
                targets,
                duration(root, "timeout", WaitRequest.DEFAULT_TIMEOUT),
                root.hasNonNull("deadline")
                        ? Optional.of(Instant.parse(root.path("deadline").asText()))
                        : Optional.empty(),
                duration(root, "stableFor", Duration.ZERO),
                http.isObject() ? Optional.of(check(http)) : Optional.empty(),
                root.path("failFast").asBoolean(true),
                root.path("logLines").asInt(WaitRequest.DEFAULT_LOG_LINES),
                policy(root.path("policy")));
    }

    private static Optional<BatchGoal> goal(JsonNode node) {
        return node.isObject()
                ? Optional.of(new BatchGoal(
                        node.path("ready").asInt(),
                        node.path("replicas").asInt(),
                        node.path("retired").asBoolean()))
                : Optional.empty();
    }

    private static HttpCheck check(JsonNode http) {
        return HttpCheck.parse(
                http.path("url").asText(),
                http.path("status").asInt(),
                http.path("body").asText(""));
    }

    private static HealthPolicy policy(JsonNode node) {
        HealthPolicy standard = HealthPolicy.DEFAULT;
        return new HealthPolicy(
                node.path("restarts").asInt(standard.restarts()),
                node.path("pulls").asInt(standard.pulls()),
                duration(node, "scheduling", standard.scheduling()),
                duration(node, "scaleUp", standard.scaleUp()),
                duration(node, "missing", standard.missing()),
                duration(node, "creation", standard.creation()),
                duration(node, "runtime", standard.runtime()),
                duration(node, "readiness", standard.readiness()),
                duration(node, "unproven", standard.unproven()));
    }

    private static Duration duration(JsonNode node, String field, Duration fallback) {
        return node.hasNonNull(field) ? Duration.parse(node.path(field).asText()) : fallback;
    }
}
