package io.jenkins.plugins.k8srollout.engine.model;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of the CronJobs that belong to released workloads, for the length of the release. */
public enum CronJobs {
    /** Nothing: they start Jobs as always. */
    LEAVE,
    /** They start none; Jobs that run are waited for before anything is changed. */
    SUSPEND;

    /**
     * Reads one of {@code leave}, {@code suspend}.
     *
     * @throws ReleaseException (refused input) for anything else
     */
    public static CronJobs parse(String text) {
        return Arrays.stream(values())
                .filter(v -> v.word().equals(text))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        "read cronJobs",
                        text,
                        "there is no such choice",
                        "Leave it out for leave",
                        Arrays.stream(values()).map(CronJobs::word).toArray(String[]::new)));
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
