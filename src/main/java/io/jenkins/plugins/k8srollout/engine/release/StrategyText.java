package io.jenkins.plugins.k8srollout.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A strategy that goes step by step as JSON, for tokens. Absent fields take their defaults. */
final class StrategyText {
    private static final String STRATEGY = "strategy";

    private StrategyText() {}

    static void write(Strategy strategy, ObjectNode node) {
        if (strategy instanceof Batches batches) {
            node.put(STRATEGY, "batches");
            node.put("sizes", batches.sizes().toString())
                    .put("counted", batches.sizes().count() > 0)
                    .put("order", Strategy.word(batches.order()));
        } else if (strategy instanceof Canary canary) {
            node.put(STRATEGY, "canary");
            canary.steps().forEach(node.withArray("/steps")::add);
            node.put("traffic", Strategy.word(canary.traffic()));
        } else if (strategy instanceof BlueGreen colours) {
            node.put(STRATEGY, "blue-green").put("keep", colours.keep().toString());
        } else {
            node.put(STRATEGY, "recreate");
        }
        strategy.inBatches().ifPresent(b -> writeAll(b, node));
    }

    private static void writeAll(Batches batches, ObjectNode node) {
        node.put("pause", Strategy.word(batches.pause()))
                .put("interval", batches.interval().toString())
                .put("pauseTimeout", batches.pauseTimeout().toString());
        batches.analysis().ifPresent(a -> write(a, node.putObject("analysis")));
    }

    private static void write(Analysis analysis, ObjectNode node) {
        node.put("every", analysis.every().toString())
                .put("failureLimit", analysis.failureLimit())
                .put("maxRestarts", analysis.maxRestarts());
        for (Analysis.Metric metric : analysis.metrics()) {
            ObjectNode one = node.withArray("/metrics").addObject();
            if (metric instanceof HttpCheck http) {
                one.put("url", http.url().toString())
                        .put("status", http.status())
                        .put("body", http.body().map(Pattern::pattern).orElse(""));
            } else if (metric instanceof PrometheusCheck prometheus) {
                one.put("server", prometheus.server().toString()).put("condition", prometheus.condition());
            }
        }
    }

    static Strategy read(JsonNode node) {
        return switch (node.path(STRATEGY).asText()) {
            case "recreate" -> new Strategy.Recreate();
            case "canary" -> canary(node);
            case "blue-green" ->
                new BlueGreen(
                        duration(node, "keep"),
                        pause(node) != Pause.NONE,
                        duration(node, "pauseTimeout"),
                        analysis(node));
            default -> batches(node);
        };
    }

    private static Canary canary(JsonNode node) {
        List<Integer> steps = new ArrayList<>();
        node.path("steps").forEach(s -> steps.add(s.asInt()));
        return new Canary(
                steps,
                pause(node),
                duration(node, "interval"),
                duration(node, "pauseTimeout"),
                analysis(node),
                Traffic.parse(node.path("traffic").asText("pods")));
    }

    private static Batches batches(JsonNode node) {
        String sizes = node.path("sizes").asText();
        return new Batches(
                node.path("counted").asBoolean() ? BatchSizes.equal(Integer.parseInt(sizes)) : BatchSizes.parse(sizes),
                pause(node),
                duration(node, "interval"),
                Order.parse(node.path("order").asText()),
                duration(node, "pauseTimeout"),
                analysis(node));
    }

    private static Pause pause(JsonNode node) {
        return Pause.parse(node.path("pause").asText());
    }

    private static Duration duration(JsonNode node, String name) {
        return Duration.parse(node.path(name).asText());
    }

    private static Optional<Analysis> analysis(JsonNode node) {
        JsonNode analysis = node.path("analysis");
        if (!analysis.isObject()) {
            return Optional.empty();
        }
        List<Analysis.Metric> metrics = new ArrayList<>();
        for (JsonNode metric : analysis.path("metrics")) {
            metrics.add(
                    metric.has("url")
                            ? HttpCheck.parse(
                                    metric.path("url").asText(),
                                    metric.path("status").asInt(),
                                    metric.path("body").asText())
                            : PrometheusCheck.parse(
                                    metric.path("server").asText(),
                                    metric.path("condition").asText()));
        }
        return Optional.of(new Analysis(
                duration(analysis, "every"),
                analysis.path("failureLimit").asInt(),
                analysis.path("maxRestarts").asInt(),
                metrics));
    }
}
