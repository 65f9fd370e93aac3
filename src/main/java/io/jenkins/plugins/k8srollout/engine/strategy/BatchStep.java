package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import java.util.Comparator;

/**
 * A place on the way through the batches.
 *
 * @param batch from 1
 * @param stage what happens to the pods of that batch
 */
public record BatchStep(int batch, Stage stage) implements Comparable<BatchStep> {
    private static final Comparator<BatchStep> ORDER =
            Comparator.comparingInt(BatchStep::batch).thenComparing(BatchStep::stage);

    public enum Stage {
        /** New pods start beside the old ones; only where the order is start first. */
        START,
        /** The old pods of the batch are gone, and their successors ready. */
        REPLACE
    }

    public static BatchStep first(Order order) {
        return new BatchStep(1, firstStage(order));
    }

    public BatchStep next(Order order) {
        return stage == Stage.START ? new BatchStep(batch, Stage.REPLACE) : new BatchStep(batch + 1, firstStage(order));
    }

    private static Stage firstStage(Order order) {
        return order == Order.START_FIRST ? Stage.START : Stage.REPLACE;
    }

    /** The same batch from its beginning, where the order is start first. */
    BatchStep start() {
        return new BatchStep(batch, Stage.START);
    }

    /** Whether with this step its batch is done. */
    public boolean endsBatch() {
        return stage == Stage.REPLACE;
    }

    /** How many pods of a plan must be new and ready by the end of this step. */
    int target(BatchPlan plan) {
        return plan.after(batch);
    }

    /** How many old pods must have given way by the end of this step. */
    int retired(BatchPlan plan) {
        return plan.after(stage == Stage.START ? batch - 1 : batch);
    }

    @Override
    public int compareTo(BatchStep other) {
        return ORDER.compare(this, other);
    }
}
