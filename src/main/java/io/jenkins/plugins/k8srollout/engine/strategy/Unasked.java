package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What others have set inside a field of which a release asks for a part, or nothing. An apply leaves such values alone; a
 * hold, which replaces the field as a whole, must remember them. Pure.
 */
final class Unasked {
    private static final String TYPE = "type";
    private static final String USUAL_TYPE = "RollingUpdate";

    private Unasked() {}

    /**
     * @param live the field's value
     * @param desired what is asked of it; nothing keeps the value as a whole
     * @param owned what is ours of it, and so goes if we no longer ask for it
     * @param usual what the server fills in
     */
    static Optional<Object> of(Object live, Optional<Object> desired, KubeObject owned, KubeObject usual) {
        if (desired.isEmpty()) {
            return Optional.of(live);
        }
        if (!(live instanceof Map<?, ?> values) || !(desired.get() instanceof Map<?, ?> asked)) {
            return Optional.empty();
        }
        // The rest of a strategy belongs to its type.
        Object type = values.containsKey(TYPE) ? values.get(TYPE) : USUAL_TYPE;
        boolean other = asked.containsKey(TYPE) && !Objects.equals(asked.get(TYPE), type);
        Map<String, Object> left = other ? Map.of() : leaves(values, asked, owned.fields(), usual.fields());
        return left.isEmpty() ? Optional.empty() : Optional.of(left);
    }

    private static Map<String, Object> leaves(Map<?, ?> live, Map<?, ?> asked, Map<?, ?> owned, Map<?, ?> usual) {
        Map<String, Object> left = new LinkedHashMap<>();
        live.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                Map<String, Object> some = leaves(inner, map(asked.get(key)), map(owned.get(key)), map(usual.get(key)));
                if (!some.isEmpty()) {
                    left.put(String.valueOf(key), some);
                }
            } else if (!asked.containsKey(key) && !owned.containsKey(key) && !value.equals(usual.get(key))) {
                left.put(String.valueOf(key), value);
            }
        });
        return left;
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The one value laid over the other: maps are merged, all else is replaced. Either may be null. */
    static Object over(Object below, Object above) {
        if (!(below instanceof Map<?, ?> others) || !(above instanceof Map<?, ?> asked)) {
            return above;
        }
        Map<String, Object> merged = new LinkedHashMap<>();
        others.forEach((key, value) -> merged.put(String.valueOf(key), value));
        asked.forEach((key, value) -> merged.put(String.valueOf(key), over(others.get(key), value)));
        return merged;
    }
}
