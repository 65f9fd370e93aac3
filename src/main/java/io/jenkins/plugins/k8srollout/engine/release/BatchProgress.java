package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
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
 * @param answerBy until when a pause may be answered; empty if there is none, or no limit
 */
public record BatchProgress(Strategy strategy, BatchStep step, int batches, int approved, Optional<Instant> answerBy) {
    private static final String RECREATE = "recreate";

    public BatchProgress {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(answerBy, "answerBy");
    }

    BatchProgress at(BatchStep other, int count) {
        return new BatchProgress(strategy, other, count, approved, Optional.empty());
    }

    BatchProgress asking(Instant now) {
        Optional<Instant> end =
                batched().map(Batches::pauseTimeout).filter(t -> !t.isZero()).map(now::plus);
        return new BatchProgress(strategy, step, batches, approved, end);
    }

    BatchProgress approvedSoFar() {
        return new BatchProgress(strategy, step, batches, step.batch(), Optional.empty());
    }

    boolean isLast() {
        return step.batch() >= batches;
    }

    /** Whether, with this step done, somebody must be asked. */
    boolean asks() {
        return step.endsBatch()
                && !isLast()
                && approved < step.batch()
                && batched().filter(b -> b.pause().after(step.batch())).isPresent();
    }

    /** How long this step's result must last before the next step. */
    Duration interval() {
        return step.endsBatch() && !isLast() && !asks()
                ? batched().map(Batches::interval).orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    Order order() {
        return batched().map(Batches::order).orElse(Order.STOP_FIRST);
    }

    private Optional<Batches> batched() {
        return strategy instanceof Batches some ? Optional.of(some) : Optional.empty();
    }

    /** As in {@code batch 2 of 3}. */
    @Override
    public String toString() {
        return "batch " + step.batch() + " of " + batches;
    }

    void write(ObjectNode node) {
        node.put("batch", step.batch())
                .put("stage", step.stage().name())
                .put("batches", batches)
                .put("approved", approved)
                .put("strategy", batched().isPresent() ? "batches" : RECREATE);
        answerBy.ifPresent(t -> node.put("answerBy", t.toString()));
        batched().ifPresent(b -> node.put("sizes", b.sizes().toString())
                .put("counted", b.sizes().count() > 0)
                .put("pause", Strategy.word(b.pause()))
                .put("interval", b.interval().toString())
                .put("order", Strategy.word(b.order()))
                .put("pauseTimeout", b.pauseTimeout().toString()));
    }

    static Optional<BatchProgress> read(JsonNode node) {
        if (!node.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new BatchProgress(
                node.path("strategy").asText().equals(RECREATE) ? new Strategy.Recreate() : batches(node),
                new BatchStep(
                        node.path("batch").asInt(),
                        BatchStep.Stage.valueOf(node.path("stage").asText())),
                node.path("batches").asInt(),
                node.path("approved").asInt(),
                node.hasNonNull("answerBy")
                        ? Optional.of(Instant.parse(node.path("answerBy").asText()))
                        : Optional.empty()));
    }

    private static Batches batches(JsonNode node) {
        String sizes = node.path("sizes").asText();
        return new Batches(
                node.path("counted").asBoolean() ? BatchSizes.equal(Integer.parseInt(sizes)) : BatchSizes.parse(sizes),
                Pause.parse(node.path("pause").asText()),
                Duration.parse(node.path("interval").asText()),
                Order.parse(node.path("order").asText()),
                Duration.parse(node.path("pauseTimeout").asText()));
    }
}
