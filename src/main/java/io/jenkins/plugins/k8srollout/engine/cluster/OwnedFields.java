package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads out of a live object the fields that one manager owns by server-side apply: what it must send again if it wants
 * to change only some of them, since an apply gives up whatever it leaves out.
 *
 * @see <a href="https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go">the form of fieldsV1</a>
 */
final class OwnedFields {
    private static final Object ABSENT = new Object();

    private OwnedFields() {}

    /** An object with identity and owned fields; with identity alone where the manager has applied nothing. */
    static KubeObject of(KubeObject live, String manager) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (KubeObject entry : live.children("metadata", "managedFields")) {
            boolean ours = entry.text("manager").orElse("").equals(manager)
                    && entry.text("operation").orElse("").equals("Apply")
                    && entry.text("subresource").orElse("").isEmpty();
            if (ours) {
                Object found = extract(live.fields(), entry.child("fieldsV1").fields());
                if (found instanceof Map) {
                    ((Map<?, ?>) found).forEach((k, v) -> fields.put((String) k, v));
                }
            }
        }
        KubeObject owned = KubeObject.of(fields)
                .with(live.apiVersion(), "apiVersion")
                .with(live.kind(), "kind")
                .with(live.name(), "metadata", "name");
        return live.namespace().isEmpty() ? owned : owned.with(live.namespace(), "metadata", "namespace");
    }

    private static Object extract(Object value, Map<String, Object> owned) {
        if (owned.isEmpty() || value == null) {
            return value;
        }
        if (value instanceof Map) {
            return ofMap((Map<?, ?>) value, owned);
        }
        return value instanceof List ? ofList((List<?>) value, owned) : value;
    }

    private static Object ofMap(Map<?, ?> value, Map<String, Object> owned) {
        Map<String, Object> kept = new LinkedHashMap<>();
        value.forEach((key, item) -> {
            Object below = owned.get("f:" + key);
            if (below instanceof Map) {
                kept.put((String) key, extract(item, asMap(below)));
            }
        });
        return kept;
    }

    private static Object ofList(List<?> value, Map<String, Object> owned) {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            Object item = ofItem(value.get(i), i, owned);
            if (item != ABSENT) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static Object ofItem(Object item, int index, Map<String, Object> owned) {
        for (Map.Entry<String, Object> entry : owned.entrySet()) {
            String step = entry.getKey();
            if (step.startsWith("k:") && hasKeys(item, step.substring(2))) {
                return withKeys(item, step.substring(2), extract(item, asMap(entry.getValue())));
            }
            if (step.startsWith("v:") && isValue(item, step.substring(2)) || step.equals("i:" + index)) {
                return item;
            }
        }
        return ABSENT;
    }

    private static boolean hasKeys(Object item, String keys) {
        Map<String, Object> wanted = json(keys).fields();
        return item instanceof Map
                && wanted.entrySet().stream().allMatch(k -> same(k.getValue(), ((Map<?, ?>) item).get(k.getKey())));
    }

    private static Object withKeys(Object item, String keys, Object extracted) {
        Map<String, Object> result = new LinkedHashMap<>(json(keys).fields());
        if (extracted instanceof Map) {
            ((Map<?, ?>) extracted).forEach((k, v) -> result.put((String) k, v));
        }
        return result;
    }

    private static boolean isValue(Object item, String json) {
        return same(json("{\"v\":" + json + "}").fields().get("v"), item);
    }

    private static boolean same(Object a, Object b) {
        boolean numbers = a instanceof Number && b instanceof Number;
        return numbers ? ((Number) a).longValue() == ((Number) b).longValue() : a != null && a.equals(b);
    }

    private static KubeObject json(String text) {
        return Json.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static Map<String, Object> asMap(Object value) {
        return KubeObject.of((Map<?, ?>) value).fields();
    }
}
