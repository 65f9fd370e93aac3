package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Option;

/** How pods are replaced. */
final class StrategyOptions {
    @Option(
            names = "--strategy",
            defaultValue = "rolling",
            description = "rolling, recreate or batches (default: ${DEFAULT-VALUE})")
    String strategy;

    @Option(names = "--batches", paramLabel = "COUNT", description = "so many equal batches (default: 2)")
    Integer count;

    @Option(
            names = "--batch-sizes",
            paramLabel = "SIZES",
            description = "the size of each batch instead, as in 1,50%%; what is left over is the last one")
    String sizes;

    @Option(
            names = "--pause",
            paramLabel = "WHEN",
            description = "none, first or every: after which batches to end with exit code 5 and wait for continue"
                    + " (default: none)")
    String pause;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "how long a batch must stay healthy before the next (default: 0s)")
    String interval;

    @Option(names = "--order", paramLabel = "ORDER", description = "stop-first or start-first (default: stop-first)")
    String order;

    @Option(
            names = "--pause-timeout",
            paramLabel = "TIME",
            description = "a pause that is answered later ends as --on-failure says (default: no limit)")
    String pauseTimeout;

    Strategy strategy() {
        Strategy named = Strategy.parse(strategy);
        if (named instanceof Batches batches) {
            return with(batches);
        }
        given().forEach((option, value) -> {
            if (value != null) {
                throw ReleaseException.refused(
                        "read " + option,
                        value.toString(),
                        "the strategy " + strategy + " has no batches",
                        "Add --strategy batches, or leave it out");
            }
        });
        return named;
    }

    private Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("--batches", count);
        given.put("--batch-sizes", sizes);
        given.put("--pause", pause);
        given.put("--interval", interval);
        given.put("--order", order);
        given.put("--pause-timeout", pauseTimeout);
        return given;
    }

    private Batches with(Batches defaults) {
        if (count != null && sizes != null) {
            throw ReleaseException.refused(
                    "read --batch-sizes", sizes, "--batches is given, too", "Give either a number of batches or sizes");
        }
        Batches batches = count == null ? defaults : defaults.withSizes(BatchSizes.equal(count));
        batches = sizes == null ? batches : batches.withSizes(BatchSizes.parse(sizes));
        batches = batches.withPause(Pause.parse(Objects.requireNonNullElse(pause, "none")))
                .withOrder(Order.parse(Objects.requireNonNullElse(order, "stop-first")));
        batches = interval == null ? batches : batches.withInterval(TimeSpan.parse("--interval", interval));
        return pauseTimeout == null
                ? batches
                : batches.withPauseTimeout(TimeSpan.parse("--pause-timeout", pauseTimeout));
    }
}
