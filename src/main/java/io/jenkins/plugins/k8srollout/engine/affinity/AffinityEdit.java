package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Brings one object from what was set earlier to what is wanted now. */
final class AffinityEdit {
    private final KubeObject original;
    private final Map<List<String>, AffinityMemory.Entry> memory;
    private final List<String> warnings = new ArrayList<>();
    private KubeObject current;

    AffinityEdit(KubeObject original) {
        this.original = original;
        this.memory = AffinityMemory.read(original);
        this.current = original;
    }

    /** Takes back what was set earlier, except where somebody else has set another value since. */
    KubeObject undo() {
        memory.forEach((path, entry) -> {
            Object[] keys = path.toArray();
            if (same(current.find(keys).orElse(null), entry.set().value())) {
                current = entry.before() == null ? current.without(keys) : current.with(entry.before(), keys);
            } else if (!same(current.find(keys).orElse(null), entry.before())) {
                warnings.add(original.ref() + ": " + path.get(path.size() - 1)
                        + " was changed by somebody else since and is left as it is");
            }
        });
        current = current.without("metadata", "annotations", AffinityPlan.MEMORY);
        return current;
    }

    /** Sets the fields and remembers what stood there before; call after {@link #undo}. */
    void set(String controller, List<Setting> settings) {
        List<AffinityMemory.Entry> entries = new ArrayList<>();
        for (Setting setting : settings) {
            Object[] keys = setting.path().toArray();
            entries.add(new AffinityMemory.Entry(setting, current.find(keys).orElse(null)));
        }
        for (Setting setting : settings) {
            current = current.with(setting.value(), setting.path().toArray());
        }
        current =
                current.with(AffinityMemory.write(controller, entries), "metadata", "annotations", AffinityPlan.MEMORY);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Empty if nothing changes. */
    Optional<AffinityPlan.Change> change() {
        Map<String, Object> patch = difference(original.fields(), current.fields());
        return patch.isEmpty()
                ? Optional.empty()
                : Optional.of(new AffinityPlan.Change(original.ref(), KubeObject.of(patch), original, current));
    }

    /** The merge patch between two maps; lists are replaced as a whole, as RFC 7386 has it. */
    private static Map<String, Object> difference(Map<?, ?> from, Map<?, ?> to) {
        Map<String, Object> patch = new LinkedHashMap<>();
        from.keySet().stream().filter(k -> !to.containsKey(k)).forEach(k -> patch.put((String) k, null));
        to.forEach((key, value) -> {
            Object old = from.get(key);
            if (old instanceof Map && value instanceof Map) {
                Map<String, Object> inner = difference((Map<?, ?>) old, (Map<?, ?>) value);
                if (!inner.isEmpty()) {
                    patch.put((String) key, inner);
                }
            } else if (!same(old, value)) {
                patch.put((String) key, value);
            }
        });
        return patch;
    }

    /** Equality in which 600 is 600 whatever Java type a parser gave it. */
    private static boolean same(Object a, Object b) {
        if (a instanceof Number && b instanceof Number) {
            return ((Number) a).longValue() == ((Number) b).longValue();
        }
        if (a instanceof Map && b instanceof Map) {
            Map<?, ?> left = (Map<?, ?>) a;
            Map<?, ?> right = (Map<?, ?>) b;
            return left.keySet().equals(right.keySet())
                    && left.keySet().stream().allMatch(k -> same(left.get(k), right.get(k)));
        }
        return Objects.equals(a, b);
    }
}
