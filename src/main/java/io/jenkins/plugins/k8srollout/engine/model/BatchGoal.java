package io.jenkins.plugins.k8srollout.engine.model;

import java.util.OptionalLong;

/**
 * What a workload must show for a batch to be done. It is said of a number of replicas; if somebody scales the workload
 * meanwhile, it holds for the same part of those there are then.
 *
 * @param ready so many pods of the new revision, ready
 * @param replicas of so many in all
 * @param retired whether the old pods that these replace must be gone
 */
public record BatchGoal(int ready, int replicas, boolean retired) {

    /** How many pods of the new revision must be ready if there are {@code now} replicas. */
    public long readyOf(long now) {
        long part = replicas == 0 ? now : (long) ready * now / replicas;
        return Math.min(ready, part);
    }

    /** How many old pods may be left; empty for as many as there are. */
    public OptionalLong oldOf(long now) {
        return retired ? OptionalLong.of(now - readyOf(now)) : OptionalLong.empty();
    }
}
