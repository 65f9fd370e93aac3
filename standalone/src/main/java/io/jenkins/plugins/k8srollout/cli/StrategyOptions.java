package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How pods are replaced. */
final class StrategyOptions {
    @Option(
            names = "--strategy",
            defaultValue = "rolling",
            description = "rolling, recreate, batches, canary or blue-green (default: ${DEFAULT-VALUE})")
    String strategy;

    @Option(names = "--batches", paramLabel = "COUNT", description = "so many equal batches (default: 2)")
    Integer count;

    @Option(
            names = "--batch-sizes",
            paramLabel = "SIZES",
            description = "the size of each batch instead, as in 1,50%%; what is left over is the last one")
    String sizes;

    @Option(
            names = "--steps",
            paramLabel = "PERCENT,…",
            description = "how many of a hundred pods are new after each step of a canary (default: 10,50)")
    String steps;

    @Option(
            names = "--traffic",
            paramLabel = "ROUTES",
            description =
                    "pods, gateway-api, traefik or ingress-nginx: whose routes send a canary's part of the requests"
                            + " to its pods (default: pods, each pod gets its share)")
    String traffic;

    @Option(
            names = "--keep",
            paramLabel = "TIME",
            description = "how long the old pods of a blue-green release stay after the switch (default: 10m)")
    String keep;

    @Option(
            names = "--pause",
            paramLabel = "WHEN",
            description = "none, first or every: after which batches to end with exit code 5 and wait for continue;"
                    + " of blue-green only first, before the switch (default: none)")
    String pause;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "how long a batch or step must stay healthy before the next (default: 0s, of a canary 1m)")
    String interval;

    @Option(names = "--order", paramLabel = "ORDER", description = "stop-first or start-first (default: stop-first)")
    String order;

    @Option(
            names = "--pause-timeout",
            paramLabel = "TIME",
            description = "a pause that is answered later ends as --on-failure says (default: no limit)")
    String pauseTimeout;

    @Mixin
    AnalysisOptions analysis;

    Strategy strategy() {
        Strategy named = Strategy.parse(strategy);
        if (named instanceof BlueGreen colours) {
            refuse(ofBatches(), "has no batches", "batches");
            refuse(ofCanaries(), "has no steps", "canary");
            refuse(Map.of("--interval", Optional.ofNullable(interval)), "has no steps", "batches, or canary");
            return with(colours);
        }
        refuse(Map.of("--keep", Optional.ofNullable(keep)), "keeps no old pods", "blue-green");
        if (named instanceof Batches batches) {
            refuse(ofCanaries(), "is no canary", "canary");
            return with(batches);
        }
        refuse(ofBatches(), "has no batches", "batches");
        if (named instanceof Canary canary) {
            return with(canary);
        }
        refuse(ofSteps(), "has no steps", "batches, or canary");
        return named;
    }

    private void refuse(Map<String, Optional<?>> options, String reason, String strategies) {
        options.forEach((option, value) -> {
            if (value.isPresent()) {
                throw ReleaseException.refused(
                        "read " + option,
                        value.get().toString(),
                        "the strategy " + strategy + " " + reason,
                        "Add --strategy " + strategies + ", or leave it out");
            }
        });
    }

    private Map<String, Optional<?>> ofBatches() {
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        given.put("--batches", Optional.ofNullable(count));
        given.put("--batch-sizes", Optional.ofNullable(sizes));
        given.put("--order", Optional.ofNullable(order));
        return given;
    }

    private BlueGreen with(BlueGreen defaults) {
        return new BlueGreen(
                keep == null ? defaults.keep() : TimeSpan.parse("--keep", keep),
                BlueGreen.asks(pause()),
                pauseTimeout(),
                analysis.analysis());
    }

    private Map<String, Optional<?>> ofCanaries() {
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        given.put("--steps", Optional.ofNullable(steps));
        given.put("--traffic", Optional.ofNullable(traffic));
        return given;
    }

    private Map<String, Optional<?>> ofSteps() {
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        given.putAll(ofCanaries());
        given.put("--pause", Optional.ofNullable(pause));
        given.put("--interval", Optional.ofNullable(interval));
        given.put("--pause-timeout", Optional.ofNullable(pauseTimeout));
        given.putAll(analysis.given());
        return given;
    }

    private Canary with(Canary defaults) {
        return new Canary(
                steps == null ? defaults.steps() : Canary.parseSteps(steps),
                pause(),
                interval == null ? defaults.interval() : TimeSpan.parse("--interval", interval),
                pauseTimeout(),
                analysis.analysis(),
                traffic == null ? defaults.traffic() : Traffic.parse(traffic));
    }

    private Batches with(Batches defaults) {
        if (count != null && sizes != null) {
            throw ReleaseException.refused(
                    "read --batch-sizes", sizes, "--batches is given, too", "Give either a number of batches or sizes");
        }
        BatchSizes each = count == null ? defaults.sizes() : BatchSizes.equal(count);
        return new Batches(
                sizes == null ? each : BatchSizes.parse(sizes),
                pause(),
                interval == null ? defaults.interval() : TimeSpan.parse("--interval", interval),
                Order.parse(Objects.requireNonNullElse(order, "stop-first")),
                pauseTimeout(),
                analysis.analysis());
    }

    private Pause pause() {
        return Pause.parse(Objects.requireNonNullElse(pause, "none"));
    }

    private Duration pauseTimeout() {
        return pauseTimeout == null ? Duration.ZERO : TimeSpan.parse("--pause-timeout", pauseTimeout);
    }
}
