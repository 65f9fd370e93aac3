package io.jenkins.plugins.k8srollout.engine.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * An unmodifiable map of text in the order of its making, in a third of the room of a {@code LinkedHashMap}: watches keep
 * thousands of objects, most of whose maps have one to ten entries. Looks its keys up one after the other. Thread-safe.
 */
final class FrozenMap extends AbstractMap<String, Object> {
    /** From here on a hash table is worth its room. */
    static final int MOST = 24;

    private final Object[] entries; // key, value, key, value …

    /** @param source unmodifiable values; not more than {@link #MOST} entries */
    FrozenMap(Map<String, Object> source) {
        entries = new Object[2 * source.size()];
        int i = 0;
        for (Map.Entry<String, Object> entry : source.entrySet()) {
            entries[i++] = entry.getKey();
            entries[i++] = entry.getValue();
        }
    }

    private int find(Object key) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Object get(Object key) {
        int i = find(key);
        return i < 0 ? null : entries[i + 1];
    }

    @Override
    public boolean containsKey(Object key) {
        return find(key) >= 0;
    }

    @Override
    public int size() {
        return entries.length / 2;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return entries.length / 2;
            }

            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<String, Object>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < entries.length;
        }

        @Override
        public Map.Entry<String, Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the map has no more entries");
            }
            next += 2;
            return new SimpleImmutableEntry<>((String) entries[next - 2], entries[next - 1]);
        }
    }
}
