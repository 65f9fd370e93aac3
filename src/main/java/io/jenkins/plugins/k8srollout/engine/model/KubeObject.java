package io.jenkins.plugins.k8srollout.engine.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A Kubernetes object, or a part of one, as plain data: immutable, of any kind, without a client's typed model.
 *
 * <p>Typed models tie a deployer to the kinds and versions its client was generated for; users' manifests hold custom
 * resources and versions the client has long dropped. All rooms but {@code cluster} therefore see objects only as this.
 *
 * <p>A path is a sequence of map keys ({@link String}) and list positions ({@link Integer}). Reading an absent path is
 * never an error; reading a value of another type than asked for counts as absent. Whole numbers are kept as {@link Long},
 * so that objects from different parsers compare equal. Thread-safe.
 */
public final class KubeObject {
    private static final KubeObject EMPTY = new KubeObject(Map.of());

    private final Map<String, Object> fields;

    private KubeObject(Map<String, Object> fields) {
        this.fields = fields;
    }

    /**
     * Copies {@code fields} deeply, so that later changes to it are not seen.
     *
     * @throws IllegalArgumentException if a value is not a map with text keys, a list, text, a number, a boolean or null
     */
    public static KubeObject of(Map<?, ?> fields) {
        return fields.isEmpty() ? EMPTY : new KubeObject(freezeMap(fields));
    }

    public static KubeObject empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The API version, as in {@code apps/v1}; empty text if there is none. */
    public String apiVersion() {
        return text("apiVersion").orElse("");
    }

    /** The kind, as in {@code Deployment}; empty text if there is none. */
    public String kind() {
        return text("kind").orElse("");
    }

    /** {@code metadata.name}; empty text if there is none. */
    public String name() {
        return text("metadata", "name").orElse("");
    }

    /** {@code metadata.namespace}; empty text for cluster-scoped objects and where it was not set. */
    public String namespace() {
        return text("metadata", "namespace").orElse("");
    }

    /** {@code metadata.uid}; empty text before the server has assigned it. */
    public String uid() {
        return text("metadata", "uid").orElse("");
    }

    public ObjectRef ref() {
        return new ObjectRef(apiVersion(), kind(), namespace(), name());
    }

    public Map<String, String> labels() {
        return strings("metadata", "labels");
    }

    public Map<String, String> annotations() {
        return strings("metadata", "annotations");
    }

    /** The value at a path; empty if there is none or it is null. */
    public Optional<Object> find(Object... path) {
        Object current = fields;
        for (Object step : path) {
            if (step instanceof String && current instanceof Map) {
                current = ((Map<?, ?>) current).get(step);
            } else if (step instanceof Integer && current instanceof List) {
                List<?> list = (List<?>) current;
                int index = (Integer) step;
                current = index >= 0 && index < list.size() ? list.get(index) : null;
            } else {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(current);
    }

    public boolean has(Object... path) {
        return find(path).isPresent();
    }

    /** Text at a path; numbers and booleans do not count as text. */
    public Optional<String> text(Object... path) {
        return find(path).filter(String.class::isInstance).map(String.class::cast);
    }

    /** A whole number at a path; empty if there is none or it has a fraction. */
    public Optional<Long> number(Object... path) {
        return find(path).filter(Long.class::isInstance).map(Long.class::cast);
    }

    public long numberOr(long fallback, Object... path) {
        return number(path).orElse(fallback);
    }

    /** Whether the path holds the boolean {@code true}. */
    public boolean flag(Object... path) {
        return find(path).filter(Boolean.TRUE::equals).isPresent();
    }

    /** The map at a path as an object of its own; {@link #empty()} if there is none. */
    @SuppressWarnings("unchecked") // freezeMap made every inner map one of text keys
    public KubeObject child(Object... path) {
        return find(path)
                .filter(Map.class::isInstance)
                .map(v -> new KubeObject((Map<String, Object>) v))
                .orElse(EMPTY);
    }

    /** The list at a path; empty if there is none. */
    public List<Object> items(Object... path) {
        return find(path)
                .filter(List.class::isInstance)
                .map(v -> Collections.<Object>unmodifiableList((List<?>) v))
                .orElse(List.of());
    }

    /** The maps in the list at a path, in order, other elements left out. */
    @SuppressWarnings("unchecked") // as in child
    public List<KubeObject> children(Object... path) {
        List<KubeObject> found = new ArrayList<>();
        for (Object item : items(path)) {
            if (item instanceof Map) {
                found.add(new KubeObject((Map<String, Object>) item));
            }
        }
        return Collections.unmodifiableList(found);
    }

    /** The text entries of the map at a path, in order; such as labels, annotations and selectors. */
    public Map<String, String> strings(Object... path) {
        Map<String, String> found = new LinkedHashMap<>();
        child(path).fields.forEach((key, value) -> {
            if (value instanceof String) {
                found.put(key, (String) value);
            }
        });
        return Collections.unmodifiableMap(found);
    }

    /** The fields, deeply unmodifiable, in order. */
    public Map<String, Object> fields() {
        return fields;
    }

    /** A deep copy whose maps and lists may be changed. */
    public Map<String, Object> toMap() {
        return thawMap(fields);
    }

    /**
     * A copy in which the path holds {@code value}; missing maps on the way are made.
     *
     * @throws IllegalArgumentException if a step leads into something that is neither a map nor an existing list position
     */
    public KubeObject with(Object value, Object... path) {
        Map<String, Object> copy = toMap();
        put(copy, value, path);
        return of(copy);
    }

    /** A copy without the value at a path; this object itself if there is none. */
    public KubeObject without(Object... path) {
        if (path.length == 0 || !has(path)) {
            return this;
        }
        Map<String, Object> copy = toMap();
        Object parent = copy;
        for (int i = 0; i < path.length - 1; i++) {
            parent = step(parent, path[i]);
        }
        Object last = path[path.length - 1];
        if (parent instanceof Map) {
            ((Map<?, ?>) parent).remove(last);
        } else {
            ((List<?>) parent).remove((int) (Integer) last);
        }
        return of(copy);
    }

    @SuppressWarnings("unchecked") // thawMap and freezeMap keep text keys
    private static void put(Map<String, Object> root, Object value, Object... path) {
        Object parent = root;
        for (int i = 0; i < path.length - 1; i++) {
            Object next = step(parent, path[i]);
            if (next == null && parent instanceof Map) {
                next = new LinkedHashMap<String, Object>();
                ((Map<String, Object>) parent).put((String) path[i], next);
            }
            parent = next;
        }
        Object last = path[path.length - 1];
        if (parent instanceof Map && last instanceof String) {
            ((Map<String, Object>) parent).put((String) last, value);
        } else if (parent instanceof List && last instanceof Integer && (Integer) last < ((List<?>) parent).size()) {
            ((List<Object>) parent).set((Integer) last, value);
        } else {
            throw new IllegalArgumentException("no place for a value at " + List.of(path));
        }
    }

    private static Object step(Object parent, Object step) {
        if (parent instanceof Map) {
            return ((Map<?, ?>) parent).get(step);
        }
        if (parent instanceof List && step instanceof Integer && (Integer) step < ((List<?>) parent).size()) {
            return ((List<?>) parent).get((Integer) step);
        }
        return null;
    }

    private static Map<String, Object> freezeMap(Map<?, ?> source) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> {
            if (!(key instanceof String)) {
                throw new IllegalArgumentException("a key of a Kubernetes object must be text, not " + key);
            }
            copy.put((String) key, freeze(value));
        });
        return frozen(copy);
    }

    private static Map<String, Object> frozen(Map<String, Object> values) {
        return values.size() <= FrozenMap.MOST ? new FrozenMap(values) : Collections.unmodifiableMap(values);
    }

    /**
     * An equal object that takes less room where many are kept.
     *
     * @param shared answers each text with one that equals it, the same for all that are equal
     */
    public KubeObject sharing(UnaryOperator<String> shared) {
        return isEmpty() ? this : new KubeObject(share(fields, shared));
    }

    private static Map<String, Object> share(Map<?, ?> source, UnaryOperator<String> shared) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> copy.put(shared.apply((String) key), shareValue(value, shared)));
        return frozen(copy);
    }

    private static Object shareValue(Object value, UnaryOperator<String> shared) {
        if (value instanceof Map) {
            return share((Map<?, ?>) value, shared);
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>(((List<?>) value).size());
            ((List<?>) value).forEach(item -> copy.add(shareValue(item, shared)));
            return Collections.unmodifiableList(copy);
        }
        return value instanceof String ? shared.apply((String) value) : value;
    }

    private static Object freeze(Object value) {
        if (value instanceof Map) {
            return freezeMap((Map<?, ?>) value);
        }
        if (value instanceof KubeObject) {
            return ((KubeObject) value).fields;
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>(((List<?>) value).size());
            ((List<?>) value).forEach(item -> copy.add(freeze(item)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException(
                "a Kubernetes object cannot hold a " + value.getClass().getName());
    }

    private static Map<String, Object> thawMap(Map<?, ?> source) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> copy.put((String) key, thaw(value)));
        return copy;
    }

    private static Object thaw(Object value) {
        if (value instanceof Map) {
            return thawMap((Map<?, ?>) value);
        }
        if (value instanceof List) {
            List<Object> copy = new ArrayList<>();
            ((List<?>) value).forEach(item -> copy.add(thaw(item)));
            return copy;
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KubeObject && fields.equals(((KubeObject) other).fields);
    }

    @Override
    public int hashCode() {
        return Objects.hash(fields);
    }

    /** The object's reference, never its content, which may be secret. */
    @Override
    public String toString() {
        return ref().toString();
    }
}
