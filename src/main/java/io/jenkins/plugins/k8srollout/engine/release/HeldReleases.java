package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the release of a namespace that waits for somebody to go on with it: paused, or ended while it held a batch. */
public final class HeldReleases {
    private static final String ATTEMPT = "go on with a release";
    private static final Set<String> ENDED = Set.of("paused", "interrupted", "failed", "held", "cancelled");

    private HeldReleases() {}

    /**
     * The only one, or that of a history. Blocks while the server answers.
     *
     * @return a kept release with its token
     * @throws ReleaseException (not found) if none waits; (refused input) if several do
     */
    public static StoredRelease find(ClusterPort port, String namespace, Optional<String> history, Instant now) {
        Map<String, StoredRelease> newest = new LinkedHashMap<>();
        new ReleaseStore(port, namespace).list(history.orElse("")).forEach(r -> newest.putIfAbsent(r.history(), r));
        List<StoredRelease> waiting =
                newest.values().stream().filter(r -> isWaiting(r, now)).toList();
        String where = history.map(h -> h + " in ").orElse("") + "namespace " + namespace;
        if (waiting.isEmpty()) {
            throw none(
                    where,
                    newest.values().stream()
                            .filter(r -> r.state(now).equals("running"))
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

    private static boolean isWaiting(StoredRelease release, Instant now) {
        return release.token().filter(t -> t.batches().isPresent()).isPresent() && ENDED.contains(release.state(now));
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
