package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code waitHealthy} returns to a Pipeline: how all became healthy. */
public final class HealthResult implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; plain values for that reason.
    private final long seconds;
    private final ArrayList<String> objects = new ArrayList<>();

    HealthResult(HealthOutcome outcome) {
        seconds = outcome.took().toSeconds();
        outcome.objects().forEach((ref, health) -> objects.add(ref + ": " + health.message()));
    }

    /** How long the wait has taken; after a restart of Jenkins, since then. */
    @Whitelisted
    public long getSeconds() {
        return seconds;
    }

    /** A line for each object, as in {@code Deployment/shop/web: 3 of 3 pods available}. */
    @Whitelisted
    public List<String> getObjects() {
        return objects;
    }
}
