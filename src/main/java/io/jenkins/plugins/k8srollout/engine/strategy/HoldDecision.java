package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;

/** What is to be done with one held workload so that a step happens. */
public sealed interface HoldDecision {

    /** Nothing: its fields allow the step, and the goal is to be waited for. */
    record Wait(BatchStep step, BatchGoal goal) implements HoldDecision {}

    /**
     * Its fields are to be set, as {@link Holds#at} does; then the goal is to be waited for. The hold's step may come
     * before the one that was asked for: then the release goes back to it.
     */
    record Advance(Hold hold, BatchGoal goal) implements HoldDecision {}

    /** It is no longer this release's to hold; the reason is half a sentence about the workload. */
    record Disturbed(String reason) implements HoldDecision {}
}
