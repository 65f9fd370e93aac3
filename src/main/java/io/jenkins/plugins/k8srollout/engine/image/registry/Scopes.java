package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rights that a token is asked for: resources such as {@code repository:shop/web} with actions. Immutable.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">Docker token scopes</a>
 */
final class Scopes {
    static final Scopes NONE = new Scopes(new TreeMap<>());

    private final SortedMap<String, SortedSet<String>> actions;

    private Scopes(SortedMap<String, SortedSet<String>> actions) {
        this.actions = Collections.unmodifiableSortedMap(actions);
    }

    static Scopes pull(String repository) {
        return NONE.plus("repository:" + repository, Set.of("pull"));
    }

    static Scopes push(String repository) {
        return NONE.plus("repository:" + repository, Set.of("pull", "push"));
    }

    /** Reads a challenge's scope: words of {@code type:name:action,action}; what is not of that form is left out. */
    static Scopes parse(String text) {
        Scopes scopes = NONE;
        for (String word : text.trim().split("\\s+")) {
            int last = word.lastIndexOf(':');
            if (last > 0 && word.indexOf(':') < last) {
                scopes = scopes.plus(
                        word.substring(0, last), Set.of(word.substring(last + 1).split(",+")));
            }
        }
        return scopes;
    }

    Scopes plus(Scopes others) {
        Scopes sum = this;
        for (Map.Entry<String, SortedSet<String>> other : others.actions.entrySet()) {
            sum = sum.plus(other.getKey(), other.getValue());
        }
        return sum;
    }

    private Scopes plus(String resource, Set<String> more) {
        SortedMap<String, SortedSet<String>> sum = new TreeMap<>(actions);
        SortedSet<String> all = new TreeSet<>(sum.getOrDefault(resource, Collections.emptySortedSet()));
        all.addAll(more);
        sum.put(resource, all);
        return new Scopes(sum);
    }

    /** Whether a token with these rights serves where {@code wanted} is needed. */
    boolean cover(Scopes wanted) {
        return wanted.actions.entrySet().stream()
                .allMatch(w -> actions.getOrDefault(w.getKey(), Collections.emptySortedSet())
                        .containsAll(w.getValue()));
    }

    /** One text per resource, in a fixed order: {@code repository:shop/web:pull,push}. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        actions.forEach((resource, allowed) -> words.add(resource + ":" + String.join(",", allowed)));
        return words;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes that && actions.equals(that.actions);
    }

    @Override
    public int hashCode() {
        return actions.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
