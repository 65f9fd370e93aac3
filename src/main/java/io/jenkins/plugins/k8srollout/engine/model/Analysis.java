package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What must hold of a release between its steps, besides that its pods are healthy. It is measured once a step's pods
 * are ready and for as long as the step lasts; every metric must have held once. Immutable.
 *
 * @param every how much time lies between two measurements; longer than zero
 * @param failureLimit how many measurements of a step may fail before the release does; not negative
 * @param maxRestarts how many restarts the release's pods may have in all; {@link #ANY} for as many as there are
 * @param metrics what is measured; perhaps nothing
 */
public record Analysis(Duration every, int failureLimit, int maxRestarts, List<Metric> metrics) {
    public static final int ANY = Integer.MAX_VALUE;
    public static final Duration DEFAULT_EVERY = Duration.ofSeconds(10);

    /** One thing that is measured. */
    public sealed interface Metric permits HttpCheck, PrometheusCheck {
        /** For logs; holds no secret. */
        String shown();
    }

    public Analysis {
        Objects.requireNonNull(every, "every");
        metrics = List.copyOf(metrics);
        if (every.isNegative() || every.isZero()) {
            throw ReleaseException.refused(
                    "read the analysis",
                    every.toString(),
                    "there must be time between two measurements",
                    "Write for example 10s, or leave it out");
        }
        refuseNegative("failureLimit", failureLimit);
        refuseNegative("restarts", maxRestarts);
        if (metrics.isEmpty() && maxRestarts == ANY) {
            throw ReleaseException.refused(
                    "read the analysis",
                    "",
                    "nothing is to be measured",
                    "Name an HTTP check, a query or the restarts, or leave the analysis out");
        }
    }

    private static void refuseNegative(String name, int value) {
        if (value < 0) {
            throw ReleaseException.refused(
                    "read the analysis", name + " " + value, "it is negative", "Write 0 or more, or leave it out");
        }
    }
}
