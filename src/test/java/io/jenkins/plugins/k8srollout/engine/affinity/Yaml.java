package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads golden files, and does to an object what a server does with a merge patch. */
public final class Yaml {
    private Yaml() {}

    public static List<KubeObject> resource(String name) {
        try (InputStream in = Yaml.class.getResourceAsStream("/affinity/" + name)) {
            List<KubeObject> objects = new ArrayList<>();
            new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()))
                    .loadAll(in)
                    .forEach(d -> objects.add(KubeObject.of((Map<?, ?>) d)));
            return objects;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /** RFC 7386. */
    public static KubeObject merge(KubeObject object, KubeObject patch) {
        return KubeObject.of(merge(object.toMap(), patch.fields()));
    }

    private static Map<String, Object> merge(Map<?, ?> object, Map<?, ?> patch) {
        Map<String, Object> merged = new LinkedHashMap<>();
        object.forEach((k, v) -> merged.put((String) k, v));
        patch.forEach((k, v) -> {
            if (v == null) {
                merged.remove(k);
            } else if (v instanceof Map) {
                Object old = merged.get(k);
                merged.put((String) k, merge(old instanceof Map ? (Map<?, ?>) old : Map.of(), (Map<?, ?>) v));
            } else {
                merged.put((String) k, v);
            }
        });
        return merged;
    }

    /** Without what only bookkeeping needs, and without an empty map of annotations, which servers do not keep. */
    public static KubeObject normalized(KubeObject object) {
        KubeObject plain = object.without("metadata", "annotations", AffinityPlan.MEMORY);
        return plain.child("metadata", "annotations").isEmpty() ? plain.without("metadata", "annotations") : plain;
    }
}
