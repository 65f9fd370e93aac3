package io.jenkins.plugins.k8srollout.engine.affinity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an object remembers in {@link AffinityPlan#MEMORY}: each field set, to what, and what stood there before; so that
 * removal restores exactly, and takes back nothing that somebody else has set since.
 */
final class AffinityMemory {
    /** One field's story; {@code before} is null where the field did not exist. */
    record Entry(Setting set, Object before) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private AffinityMemory() {}

    static Map<List<String>, Entry> read(KubeObject object) {
        String text = object.annotations().get(AffinityPlan.MEMORY);
        Map<List<String>, Entry> entries = new LinkedHashMap<>();
        if (text == null) {
            return entries;
        }
        try {
            for (KubeObject field : KubeObject.of(JSON.readValue(text, new TypeReference<Map<String, Object>>() {}))
                    .children("fields")) {
                List<String> path =
                        field.items("path").stream().map(String::valueOf).toList();
                Object value = field.find("set")
                        .orElseThrow(() -> unreadable(object, new IllegalArgumentException("a field without a value")));
                entries.put(
                        path,
                        new Entry(new Setting(path, value), field.find("before").orElse(null)));
            }
        } catch (JsonProcessingException e) {
            throw unreadable(object, e);
        }
        return entries;
    }

    static String write(String controller, Iterable<Entry> entries) {
        List<Map<String, Object>> fields = new ArrayList<>();
        for (Entry entry : entries) {
            Map<String, Object> field = new LinkedHashMap<>();
            field.put("path", entry.set().path());
            field.put("set", entry.set().value());
            Optional.ofNullable(entry.before()).ifPresent(b -> field.put("before", b));
            fields.add(field);
        }
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("controller", controller);
        memory.put("fields", fields);
        try {
            return JSON.writeValueAsString(memory);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text cannot fail to become JSON", e);
        }
    }

    private static ReleaseException unreadable(KubeObject object, Exception cause) {
        return new ReleaseException(
                ReleaseException.refused(
                                "read the annotation " + AffinityPlan.MEMORY,
                                object.ref().toString(),
                                "somebody has changed it, so what was set before is not known",
                                "Delete the annotation, then set or delete the affinity fields by hand")
                        .problem(),
                cause);
    }
}
