package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link WatchToken} as JSON, field by field, because builds keep it on disk. */
final class WatchTokenText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WatchTokenText() {}

    static String encode(WatchToken token) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("phase", token.phase().name())
                .put("wait", token.waiting().encode())
                .put("onFailure", token.onFailure().word());
        ArrayNode previous = root.putArray("previous");
        token.previous().forEach((ref, revision) -> ref(previous.addObject(), ref)
                .put("revisionKind", revision.kind())
                .put("revisionName", revision.name())
                .put("revisionNumber", revision.number()));
        ArrayNode created = root.putArray("created");
        token.created().forEach(ref -> ref(created.addObject(), ref));
        token.batches().ifPresent(b -> b.write(root.putObject("batches")));
        if (!token.suspended().isEmpty()) {
            ArrayNode suspended = root.putArray("suspended");
            token.suspended()
                    .forEach((ref, was) -> ref(suspended.addObject(), ref).put("was", was.write()));
        }
        root.set("record", ReleaseRecordText.write(token.record()));
        return root.toString();
    }

    private static ObjectNode ref(ObjectNode node, ObjectRef ref) {
        return node.put("apiVersion", ref.apiVersion())
                .put("kind", ref.kind())
                .put("namespace", ref.namespace())
                .put("name", ref.name());
    }

    static WatchToken decode(String text) {
        try {
            return read(JSON.readTree(text));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            throw ReleaseException.refused(
                    "resume a release",
                    "its saved state",
                    "it is not what an earlier release has saved",
                    "Release again; what was applied before is not applied twice");
        }
    }

    private static WatchToken read(JsonNode root) {
        Map<ObjectRef, Revision> previous = new LinkedHashMap<>();
        root.path("previous")
                .forEach(n -> previous.put(
                        ReleaseRecordText.ref(n),
                        new Revision(
                                n.path("revisionKind").asText(),
                                n.path("revisionName").asText(),
                                n.path("revisionNumber").asText())));
        List<ObjectRef> created = new ArrayList<>();
        root.path("created").forEach(n -> created.add(ReleaseRecordText.ref(n)));
        Map<ObjectRef, Suspension> suspended = new LinkedHashMap<>();
        root.path("suspended").forEach(n -> Suspension.read(n.path("was").asText())
                .ifPresent(was -> suspended.put(ReleaseRecordText.ref(n), was)));
        return new WatchToken(
                Phase.valueOf(root.path("phase").asText()),
                WaitRequest.decode(root.path("wait").asText()),
                previous,
                created,
                OnFailure.parse(root.path("onFailure").asText()),
                ReleaseRecordText.read(root.path("record")),
                BatchProgress.read(root.path("batches")),
                suspended);
    }
}
