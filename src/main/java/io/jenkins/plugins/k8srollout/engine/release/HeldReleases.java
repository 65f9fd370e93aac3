package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the release of a namespace that waits for somebody to go on with it: paused, or ended while it held a batch or began to. */
public final class HeldReleases {
    private static final String ATTEMPT = "go on with a release";
    private static final String RUNNING = "running";
    private static final Set<String> ENDED = Set.of("paused", "interrupted", "failed", "held", "cancelled");

    private HeldReleases() {}

    /**
     * The only one, or that of a history. Blocks while the server answers.
     *
     * @return a kept release with its token
     * @throws ReleaseException (not found) if none waits; (refused input) if several do
     */
    public static StoredRelease find(ClusterPort port, String namespace, Optional<String> history, Instant now) {
        Map<String, List<StoredRelease>> histories = new LinkedHashMap<>();
        new ReleaseStore(port, namespace).list(history.orElse("")).forEach(r -> histories
                .computeIfAbsent(r.history(), h -> new ArrayList<>())
                .add(r));
        List<StoredRelease> waiting = histories.values().stream()
                .flatMap(newestFirst -> waiting(port, newestFirst, history.isPresent(), now).stream())
                .toList();
        String where = history.map(h -> h + " in ").orElse("") + "namespace " + namespace;
        if (waiting.isEmpty()) {
            throw none(
                    where,
                    histories.values().stream()
                            .map(newestFirst -> newestFirst.get(0))
                            .filter(r -> r.state(now).equals(RUNNING))
                            .findFirst());
        }
        if (waiting.size() > 1) {
            throw ReleaseException.refused(
                    ATTEMPT,
                    where,
                    "several releases wait",
                    "Name the application",
                    waiting.stream().map(StoredRelease::history).toArray(String[]::new));
        }
        return waiting.get(0);
    }

    /**
     * The workloads say who holds them: a newer release may have ended before it reached them. Where none says so, the
     * newest release is the one that somebody may mean, and finds out what has become of its hold.
     */
    private static Optional<StoredRelease> waiting(
            ClusterPort port, List<StoredRelease> newestFirst, boolean named, Instant now) {
        for (StoredRelease release : newestFirst) {
            if (release.state(now).equals(RUNNING)) {
                return Optional.empty(); // it may be about to take them over
            }
            if (isUnanswered(release, now) && holds(port, release)) {
                return Optional.of(release);
            }
        }
        StoredRelease newest = newestFirst.get(0);
        return Optional.of(newest)
                .filter(r ->
                        isUnanswered(r, now) && r.token().orElseThrow().isApplied() || named && isHalfUndone(r, now));
    }

    /** Whether nobody leads a kept release, and one may go on with what it holds, or repeat a rollback that missed a part. */
    public static boolean isAnswerable(StoredRelease release, Instant now) {
        return isUnanswered(release, now) || isHalfUndone(release, now);
    }

    // Any rollback can be repeated; but only whoever names the application can mean one that holds nothing.
    private static boolean isHalfUndone(StoredRelease release, Instant now) {
        return release.token().filter(t -> t.phase() == Phase.ROLLING_BACK).isPresent()
                && ENDED.contains(release.state(now));
    }

    private static boolean isUnanswered(StoredRelease release, Instant now) {
        return release.token().filter(t -> t.batches().isPresent()).isPresent() && ENDED.contains(release.state(now));
    }

    /** Whether any workload of a release that was led is still held by it. */
    static boolean holds(ClusterPort port, StoredRelease release) {
        return release.token().orElseThrow().held().stream().anyMatch(ref -> port.get(ref)
                .flatMap(Hold::of)
                .filter(h -> h.release().equals(release.record().id()))
                .isPresent());
    }

    private static ReleaseException none(String where, Optional<StoredRelease> running) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPT,
                where,
                running.map(r -> r + " is still under way")
                        .orElse("the newest release neither waits nor holds anything"),
                "See k8s-rollout history"));
    }
}
