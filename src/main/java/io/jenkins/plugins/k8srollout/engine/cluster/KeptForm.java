package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The form in which watched objects are kept: without the server's books, equal texts once. Events that only say that
 * all goes its way are not kept at all; they are most of what a namespace holds. Thread-safe.
 */
final class KeptForm {
    // Written by kubelet, scheduler and controllers for every pod that starts; nothing is concluded from them.
    private static final Set<String> ORDINARY = Set.of(
            "Scheduled",
            "Pulling",
            "Pulled",
            "Created",
            "Started",
            "SuccessfulDelete",
            "ScalingReplicaSet",
            "SuccessfulAttachVolume",
            "LeaderElection");
    private static final int LONGEST = 100;
    private static final int MOST = 4096;

    private final Map<String, String> texts = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** Whether an object is kept, and told, at all. */
    static boolean isOfInterest(KubeObject object) {
        return !object.kind().equals("Event")
                || !object.text("type").orElse("").equals("Normal")
                || !ORDINARY.contains(object.text("reason").orElse(""));
    }

    KubeObject of(KubeObject object) {
        return object.without("metadata", "managedFields").sharing(this::shared);
    }

    private synchronized String shared(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        String known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
