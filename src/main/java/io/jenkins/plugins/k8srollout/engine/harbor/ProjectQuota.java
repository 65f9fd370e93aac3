package io.jenkins.plugins.k8srollout.engine.harbor;

/**
 * A project's storage.
 *
 * @param limit in bytes; -1 for none
 * @param used in bytes
 */
public record ProjectQuota(long limit, long used) {
    private static final long PERCENT = 100;
    private static final long NEARLY = 95;

    /** Whether a larger image may find no room. */
    public boolean isNearlyFull() {
        return limit > 0 && used >= limit / PERCENT * NEARLY;
    }
}
