package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Answer;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Decision;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ImageChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Stage;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.VersionChange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A {@link ReleaseRecord} as JSON. Written by hand, field by field, because programs read it and builds keep it: a
 * renamed component must not change the format. Absent fields read as empty, so that older text stays readable.
 */
final class ReleaseRecordText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MILLIS = 1000;

    private ReleaseRecordText() {}

    static String pretty(ReleaseRecord record) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(write(record));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    static ObjectNode write(ReleaseRecord record) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("id", record.id())
                .put("outcome", word(record.outcome()))
                .put("namespace", record.namespace())
                .put("cluster", record.cluster())
                .put("changeCause", record.changeCause())
                .put("started", record.started().toString())
                .put("finished", record.finished().toString())
                .put("seconds", record.took().toMillis() / MILLIS);
        entry(root, record.entry());
        record.problem().ifPresent(p -> problem(root.putObject("problem"), p));
        record.cause().ifPresent(c -> cause(root.putObject("cause"), c));
        list(root, "objects", record.objects(), (node, o) -> {
            ref(node, o.object());
            node.put("change", word(o.change()));
        });
        list(root, "images", record.images(), (node, i) -> {
            ref(node, i.object());
            node.put("container", i.container()).put("from", i.from()).put("to", i.to());
        });
        list(root, "upgrades", record.upgrades(), (node, u) -> {
            ref(node, u.object());
            node.put("from", u.from()).put("to", u.to());
        });
        list(root, "findings", record.findings(), ReleaseRecordText::finding);
        list(root, "configHashes", record.configHashes().entrySet(), (node, e) -> {
            ref(node, e.getKey());
            node.put("hash", e.getValue());
        });
        list(root, "health", record.health().entrySet(), (node, e) -> {
            ref(node, e.getKey());
            node.put("state", word(e.getValue().state()))
                    .put("message", e.getValue().message());
        });
        list(root, "stages", record.stages(), (node, s) -> node.put("name", s.name())
                .put("success", s.success())
                .put("seconds", s.took().toMillis() / MILLIS));
        list(root, "answers", record.answers(), (node, a) -> node.put("answer", word(a.decision()))
                .put("by", a.by())
                .put("at", a.at().toString()));
        return root;
    }

    private static void entry(ObjectNode root, HistoryEntry entry) {
        root.put("history", entry.history()).put("number", entry.number()).put("startedBy", entry.startedBy());
        if (entry.returnsTo() > 0) {
            root.put("returnsTo", entry.returnsTo());
        }
    }

    private static HistoryEntry entry(JsonNode root) {
        return new HistoryEntry(
                text(root, "history"),
                root.path("number").asLong(),
                text(root, "startedBy"),
                root.path("returnsTo").asLong());
    }

    private static <T> void list(ObjectNode root, String name, Collection<T> items, BiConsumer<ObjectNode, T> writer) {
        ArrayNode array = root.putArray(name);
        items.forEach(item -> writer.accept(array.addObject(), item));
    }

    private static void ref(ObjectNode node, ObjectRef ref) {
        node.put("apiVersion", ref.apiVersion())
                .put("kind", ref.kind())
                .put("namespace", ref.namespace())
                .put("name", ref.name());
    }

    private static void problem(ObjectNode node, Problem problem) {
        node.put("kind", word(problem.kind()))
                .put("attempted", problem.attempted())
                .put("object", problem.object())
                .put("reason", problem.reason())
                .put("remedy", problem.remedy())
                .put("sentence", problem.sentence());
        ArrayNode valid = node.putArray("validValues");
        problem.validValues().forEach(valid::add);
    }

    private static void cause(ObjectNode node, Health.Cause cause) {
        node.put("code", cause.code()).put("weight", word(cause.weight()));
        ref(node, cause.object());
        node.put("container", cause.container()).put("detail", cause.detail()).put("remedy", cause.remedy());
    }

    private static void finding(ObjectNode node, Finding finding) {
        node.put("severity", finding.severity().word())
                .put("rule", finding.rule())
                .put("file", finding.file())
                .put("document", finding.document())
                .put("line", finding.line())
                .put("object", finding.object())
                .put("message", finding.message())
                .put("fix", finding.fix());
    }

    static ReleaseRecord read(String json) {
        try {
            return read(JSON.readTree(json));
        } catch (JsonProcessingException | DateTimeException e) {
            throw unreadable();
        }
    }

    static ReleaseException unreadable() {
        return ReleaseException.refused(
                "read a release record", "its text", "it is not what a release has written", "Release again");
    }

    static ReleaseRecord read(JsonNode root) {
        return new ReleaseRecord(
                root.path("id").asText(),
                root.path("namespace").asText(),
                root.path("cluster").asText(),
                root.path("changeCause").asText(),
                Instant.parse(root.path("started").asText()),
                Instant.parse(root.path("finished").asText()),
                value(Outcome.class, root.path("outcome")),
                list(root, "objects", n -> new ObjectChange(ref(n), value(Change.class, n.path("change")))),
                list(
                        root,
                        "images",
                        n -> new ImageChange(ref(n), text(n, "container"), text(n, "from"), text(n, "to"))),
                list(root, "upgrades", n -> new VersionChange(ref(n), text(n, "from"), text(n, "to"))),
                list(root, "findings", ReleaseRecordText::finding),
                map(root, "configHashes", n -> text(n, "hash")),
                map(root, "health", n -> Health.of(value(Health.State.class, n.path("state")), text(n, "message"))),
                root.has("cause") ? Optional.of(cause(root.path("cause"))) : Optional.empty(),
                root.has("problem") ? Optional.of(problem(root.path("problem"))) : Optional.empty(),
                list(
                        root,
                        "stages",
                        n -> new Stage(text(n, "name"), n.path("success").asBoolean(), seconds(n))),
                list(
                        root,
                        "answers",
                        n -> new Answer(
                                Instant.parse(text(n, "at")), text(n, "by"), value(Decision.class, n.path("answer")))),
                entry(root));
    }

    private static Duration seconds(JsonNode node) {
        return Duration.ofMillis(Math.round(node.path("seconds").asDouble() * MILLIS));
    }

    private static <T> List<T> list(JsonNode root, String name, Function<JsonNode, T> reader) {
        List<T> items = new ArrayList<>();
        root.path(name).forEach(n -> items.add(reader.apply(n)));
        return items;
    }

    private static <T> Map<ObjectRef, T> map(JsonNode root, String name, Function<JsonNode, T> reader) {
        Map<ObjectRef, T> items = new LinkedHashMap<>();
        root.path(name).forEach(n -> items.put(ref(n), reader.apply(n)));
        return items;
    }

    static ObjectRef ref(JsonNode node) {
        return new ObjectRef(text(node, "apiVersion"), text(node, "kind"), text(node, "namespace"), text(node, "name"));
    }

    private static Problem problem(JsonNode node) {
        return new Problem(
                value(Problem.Kind.class, node.path("kind")),
                text(node, "attempted"),
                text(node, "object"),
                text(node, "reason"),
                text(node, "remedy"),
                list(node, "validValues", JsonNode::asText));
    }

    private static Health.Cause cause(JsonNode node) {
        return new Health.Cause(
                value(Health.Weight.class, node.path("weight")),
                text(node, "code"),
                ref(node),
                text(node, "container"),
                text(node, "detail"),
                text(node, "remedy"));
    }

    private static Finding finding(JsonNode node) {
        return new Finding(
                value(Finding.Severity.class, node.path("severity")),
                text(node, "rule"),
                text(node, "file"),
                node.path("document").asInt(),
                node.path("line").asInt(),
                text(node, "object"),
                text(node, "message"),
                text(node, "fix"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E value(Class<E> type, JsonNode word) {
        try {
            return Enum.valueOf(type, word.asText().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }
}
