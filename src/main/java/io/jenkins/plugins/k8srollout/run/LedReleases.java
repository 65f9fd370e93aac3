package io.jenkins.plugins.k8srollout.run;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The releases that this controller leads or stands by, by their ids, so that whoever answers a pause finds the one that
 * waits for it. In memory: after a restart each is entered again by whoever resumes it. Thread-safe.
 */
final class LedReleases {
    private final Map<String, ReleaseLead> leads = new ConcurrentHashMap<>();

    void add(String release, ReleaseLead lead) {
        leads.put(release, lead);
    }

    void remove(String release, ReleaseLead lead) {
        leads.remove(release, lead);
    }

    Optional<ReleaseLead> find(String release) {
        return Optional.ofNullable(leads.get(release));
    }
}
