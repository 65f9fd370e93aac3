package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays one pod over another, as {@code kubectl patch --type strategic} does: maps are merged, null removes, and the
 * entries of the lists that have a key are matched by it; other lists are replaced.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/">kubectl
 *     patch</a>; the keys are those of {@code patchMergeKey} in k8s.io/api/core/v1
 */
final class PodMerge {
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("env", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("ports", "containerPort"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("volumes", "name"));
    // A volume has one source; two merged sources would be none.
    private static final List<String> REPLACED_WHOLE = List.of("volumes", "env");

    private PodMerge() {}

    static KubeObject merge(KubeObject base, KubeObject overlay) {
        return KubeObject.of(maps(base.fields(), overlay.fields()));
    }

    private static Map<String, Object> maps(Map<?, ?> base, Map<?, ?> overlay) {
        Map<String, Object> merged = new LinkedHashMap<>();
        base.forEach((key, value) -> merged.put((String) key, value));
        overlay.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put((String) key, value((String) key, merged.get(key), value));
            }
        });
        return merged;
    }

    private static Object value(String field, Object base, Object overlay) {
        if (overlay instanceof Map) {
            // Also without a base, so that nulls inside, which remove what is not there, do not stay.
            return maps(base instanceof Map ? (Map<?, ?>) base : Map.of(), (Map<?, ?>) overlay);
        }
        String key = KEYS.get(field);
        if (key != null && base instanceof List && overlay instanceof List) {
            return lists(field, key, (List<?>) base, (List<?>) overlay);
        }
        return overlay;
    }

    private static List<Object> lists(String field, String key, List<?> base, List<?> overlay) {
        List<Object> merged = new ArrayList<>(base);
        for (Object entry : overlay) {
            int at = entry instanceof Map ? position(merged, key, ((Map<?, ?>) entry).get(key)) : -1;
            if (at < 0) {
                merged.add(entry);
            } else if (REPLACED_WHOLE.contains(field)) {
                merged.set(at, entry);
            } else {
                merged.set(at, maps((Map<?, ?>) merged.get(at), (Map<?, ?>) entry));
            }
        }
        return merged;
    }

    private static int position(List<Object> entries, String key, Object wanted) {
        for (int i = 0; wanted != null && i < entries.size(); i++) {
            Object entry = entries.get(i);
            if (entry instanceof Map && wanted.equals(((Map<?, ?>) entry).get(key))) {
                return i;
            }
        }
        return -1;
    }
}
