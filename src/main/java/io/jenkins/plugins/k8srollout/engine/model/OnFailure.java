package io.jenkins.plugins.k8srollout.engine.model;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of a release that does not turn healthy. */
public enum OnFailure {
    /** The workloads return to their previous revision. */
    ROLLBACK,
    /** The rollout is paused where it stands, so that somebody can look. */
    HOLD,
    /** Nothing is done: Kubernetes keeps trying. */
    LEAVE;

    /**
     * Reads one of {@code rollback}, {@code hold}, {@code leave}.
     *
     * @throws ReleaseException (refused input) for anything else
     */
    public static OnFailure parse(String text) {
        return Arrays.stream(values())
                .filter(v -> v.word().equals(text))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        "read onFailure",
                        text,
                        "there is no such choice",
                        "Leave it out for rollback",
                        Arrays.stream(values()).map(OnFailure::word).toArray(String[]::new)));
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
