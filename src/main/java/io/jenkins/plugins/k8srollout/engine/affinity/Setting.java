package io.jenkins.plugins.k8srollout.engine.affinity;

import java.util.List;

/**
 * One field to hold one value.
 *
 * @param path map keys from the object's root
 * @param value text, a number, or a map of such
 */
record Setting(List<String> path, Object value) {
    Setting {
        path = List.copyOf(path);
    }

    static Setting annotation(String key, Object value) {
        return new Setting(List.of("metadata", "annotations", key), value.toString());
    }
}
