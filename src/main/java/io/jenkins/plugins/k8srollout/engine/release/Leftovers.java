package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes from a pod template what a server-side apply has to leave there: the fields of other managers, such as a
 * variable that {@code kubectl set env} has added, which the revision to return to does not have.
 *
 * <p>Done by a patch, because nothing else removes them. It comes after the apply has set all fields of the revision, so
 * that it books none of these anew.
 */
final class Leftovers {
    private static final String TEMPLATE = "spec.template";
    // The controller writes the status meanwhile, and each time the object has another version.
    private static final int ATTEMPTS = 10;

    private final ClusterPort port;
    private final ProgressSink sink;

    Leftovers(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /**
     * @param applied the workload as the apply has answered it
     * @param template the revision's
     * @param left gets a sentence if something cannot be removed
     * @return the workload as it is then
     */
    KubeObject remove(KubeObject applied, KubeObject template, List<String> left) {
        KubeObject current = applied;
        for (int i = 0; i < ATTEMPTS; i++) {
            Map<String, Object> change = change(current.child("spec", "template"), template);
            if (change.isEmpty()) {
                return current;
            }
            try {
                KubeObject patched = port.patch(current.ref(), patch(current, change));
                tell(patched, current, change);
                return patched;
            } catch (ReleaseException e) {
                Optional<KubeObject> now = isOutdated(e) ? port.get(current.ref()) : Optional.empty();
                if (now.isEmpty() || i == ATTEMPTS - 1 || !generation(now.get()).equals(generation(applied))) {
                    left.add(applied.ref() + " keeps in its pod template what the previous revision did not have ("
                            + String.join(", ", paths(change)) + "): "
                            + e.problem().reason());
                    return current;
                }
                current = now.get();
            }
        }
        return current;
    }

    // What the server sets by itself comes back at once, and would with the previous revision, too.
    private void tell(KubeObject patched, KubeObject before, Map<String, Object> change) {
        if (!generation(patched).equals(generation(before))) {
            String text =
                    before.ref() + ": removed from its pod template what others had set since the previous revision: "
                            + String.join(", ", paths(change));
            sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
        }
    }

    private static KubeObject patch(KubeObject current, Map<String, Object> change) {
        return KubeObject.empty()
                .with(current.text("metadata", "resourceVersion").orElse(""), "metadata", "resourceVersion")
                .with(change, "spec", "template");
    }

    private static boolean isOutdated(ReleaseException e) {
        return e.problem().kind() == Problem.Kind.CONFLICT;
    }

    private static Optional<Long> generation(KubeObject object) {
        return object.number("metadata", "generation");
    }

    /** Whether two templates ask for the same. */
    static boolean isSame(KubeObject one, KubeObject other) {
        return change(one, other).isEmpty();
    }

    /** The merge patch (RFC 7386) that makes {@code to} of {@code from}; empty if there is no difference that counts. */
    private static Map<String, Object> change(KubeObject from, KubeObject to) {
        return change(from.fields(), to.fields());
    }

    private static Map<String, Object> change(Map<?, ?> from, Map<?, ?> to) {
        Map<String, Object> change = new LinkedHashMap<>();
        Set<Object> keys = new LinkedHashSet<>(from.keySet());
        keys.addAll(to.keySet());
        for (Object key : keys) {
            Object now = from.get(key);
            Object wanted = to.get(key);
            if (now instanceof Map && wanted instanceof Map) {
                Map<String, Object> inner = change((Map<?, ?>) now, (Map<?, ?>) wanted);
                if (!inner.isEmpty()) {
                    change.put((String) key, inner);
                }
            } else if (!plain(now).equals(plain(wanted))) {
                change.put((String) key, wanted);
            }
        }
        return change;
    }

    // An absent value, null, and an empty map or list are the same to the server.
    private static Object plain(Object value) {
        if (value instanceof Map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> {
                if (!plain(v).equals("")) {
                    copy.put(k, plain(v));
                }
            });
            return copy.isEmpty() ? "" : copy;
        }
        if (value instanceof List) {
            List<Object> copy = ((List<?>) value).stream().map(Leftovers::plain).toList();
            return copy.isEmpty() ? "" : copy;
        }
        return value == null ? "" : value;
    }

    private static List<String> paths(Map<String, Object> change) {
        List<String> paths = new ArrayList<>();
        paths(TEMPLATE, change, paths);
        return paths;
    }

    private static void paths(String above, Map<?, ?> change, List<String> paths) {
        change.forEach((key, value) -> {
            if (value instanceof Map) {
                paths(above + "." + key, (Map<?, ?>) value, paths);
            } else {
                paths.add(above + "." + key);
            }
        });
    }
}
