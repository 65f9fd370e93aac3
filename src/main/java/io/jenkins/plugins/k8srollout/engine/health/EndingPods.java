package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pods of a workload that are ending. Until they are gone they keep what their successors need: room on a node, a
 * host port, their share of a quota.
 */
final class EndingPods {
    private EndingPods() {}

    /** When the last of them will be gone, or was; the time that a pod has to end is in its deletion time. Empty if none. */
    static Optional<Instant> allGone(WorkloadSnapshot snapshot) {
        return Stream.concat(
                        snapshot.lastEnd().stream(),
                        of(snapshot).stream().flatMap(p -> EventView.time(p, "metadata", "deletionTimestamp").stream()))
                .max(Instant::compareTo);
    }

    /** Those that are still there, of whichever revision. */
    static List<KubeObject> of(WorkloadSnapshot snapshot) {
        return Revision.allPods(snapshot).stream()
                .filter(p -> p.has("metadata", "deletionTimestamp"))
                .toList();
    }
}
