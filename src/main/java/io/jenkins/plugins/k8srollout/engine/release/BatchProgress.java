package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a release is through its batches. Immutable.
 *
 * @param strategy batches, or {@code recreate}, which is one batch of all pods
 * @param step what is under way, or was done last before a pause
 * @param batches of how many
 * @param approved up to which batch somebody has said that it goes on; 0 if nobody was asked
 * @param answerBy until when a pause may be answered, or an old colour is kept; empty if there is none, or no limit
 */
public record BatchProgress(Strategy strategy, BatchStep step, int batches, int approved, Optional<Instant> answerBy) {
    public BatchProgress {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(answerBy, "answerBy");
    }

    BatchProgress at(BatchStep other, int count) {
        return new BatchProgress(strategy, other, count, approved, Optional.empty());
    }

    BatchProgress asking(Instant now) {
        Optional<Instant> end = strategy.inBatches()
                .map(Batches::pauseTimeout)
                .filter(t -> !t.isZero())
                .map(now::plus);
        return new BatchProgress(strategy, step, batches, approved, end);
    }

    BatchProgress unlimited() {
        return new BatchProgress(strategy, step, batches, approved, Optional.empty());
    }

    BatchProgress approvedSoFar() {
        return new BatchProgress(strategy, step, batches, step.batch(), Optional.empty());
    }

    boolean isLast() {
        return step.batch() >= batches;
    }

    /** Whether, with this step done, somebody must be asked. */
    boolean asks() {
        if (isBlueGreen()) {
            return stage() == ColourStage.START && approved < step.batch() && ((Strategy.BlueGreen) strategy).pause();
        }
        return step.endsBatch()
                && !isLast()
                && approved < step.batch()
                && strategy.inBatches()
                        .filter(b -> b.pause().after(step.batch()))
                        .isPresent();
    }

    /** What must hold of this step's result before anything follows. */
    Optional<Analysis> analysis() {
        if (isBlueGreen()) {
            return stage() == ColourStage.KEEP ? strategy.inBatches().flatMap(Batches::analysis) : Optional.empty();
        }
        return step.endsBatch() && !isLast() ? strategy.inBatches().flatMap(Batches::analysis) : Optional.empty();
    }

    /** How long this step's result must last before the next step. */
    Duration interval() {
        return step.endsBatch() && !isLast() && !asks()
                ? strategy.inBatches().map(Batches::interval).orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    Order order() {
        return strategy.inBatches().map(Batches::order).orElse(Order.STOP_FIRST);
    }

    boolean isBlueGreen() {
        return strategy instanceof Strategy.BlueGreen;
    }

    /** How far a blue-green release is, whose steps are these. */
    ColourStage stage() {
        return ColourStage.values()[step.batch() - 1];
    }

    /** @param end until when the old colour is kept; empty if that is over, or does not count yet */
    BatchProgress in(ColourStage stage, Optional<Instant> end) {
        return new BatchProgress(strategy, stage.step(), ColourStage.values().length, approved, end);
    }

    /** As in {@code batch 2 of 3}. */
    @Override
    public String toString() {
        if (isBlueGreen()) {
            return stage().words();
        }
        return "batch " + step.batch() + " of " + batches;
    }

    void write(ObjectNode node) {
        node.put("batch", step.batch())
                .put("stage", step.stage().name())
                .put("batches", batches)
                .put("approved", approved);
        StrategyText.write(strategy, node);
        answerBy.ifPresent(t -> node.put("answerBy", t.toString()));
    }

    static Optional<BatchProgress> read(JsonNode node) {
        if (!node.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new BatchProgress(
                StrategyText.read(node),
                new BatchStep(
                        node.path("batch").asInt(),
                        BatchStep.Stage.valueOf(node.path("stage").asText())),
                node.path("batches").asInt(),
                node.path("approved").asInt(),
                node.hasNonNull("answerBy")
                        ? Optional.of(Instant.parse(node.path("answerBy").asText()))
                        : Optional.empty()));
    }
}
