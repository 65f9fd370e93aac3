package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What must hold between the steps of a release. */
final class AnalysisOptions {
    private static final int OK = 200;

    @Option(
            names = "--analysis-http",
            paramLabel = "URL",
            description = "must answer with status 200 after each step; may be given several times")
    List<String> urls = List.of();

    @Option(
            names = "--analysis-restarts",
            paramLabel = "COUNT",
            description = "how many restarts the new pods may have in all (default: any)")
    Integer restarts;

    @Option(
            names = "--analysis-prometheus",
            paramLabel = "URL",
            description = "the Prometheus server that answers the queries")
    String prometheus;

    @Option(
            names = "--analysis-query",
            paramLabel = "CONDITION",
            description = "a query and what it must yield after each step, as in"
                    + " '(sum(rate(errors_total[1m])) or vector(0)) <= 0.05'; may be given several times")
    List<String> queries = List.of();

    @Option(
            names = "--analysis-every",
            paramLabel = "TIME",
            description = "time between two measurements (default: 10s)")
    String every;

    @Option(
            names = "--analysis-failure-limit",
            paramLabel = "COUNT",
            description = "how many measurements of a step may fail (default: 0)")
    Integer failureLimit;

    Map<String, Optional<?>> given() {
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        given.put("--analysis-http", urls.stream().findFirst());
        given.put("--analysis-restarts", Optional.ofNullable(restarts));
        given.put("--analysis-prometheus", Optional.ofNullable(prometheus));
        given.put("--analysis-query", queries.stream().findFirst());
        given.put("--analysis-every", Optional.ofNullable(every));
        given.put("--analysis-failure-limit", Optional.ofNullable(failureLimit));
        return given;
    }

    Optional<Analysis> analysis() {
        if (given().values().stream().noneMatch(Optional::isPresent)) {
            return Optional.empty();
        }
        if (queries.isEmpty() != (prometheus == null)) {
            throw ReleaseException.refused(
                    "read " + (queries.isEmpty() ? "--analysis-prometheus" : "--analysis-query"),
                    queries.isEmpty() ? prometheus : queries.get(0),
                    "a server and its queries belong together",
                    "Give both --analysis-prometheus and --analysis-query, or neither");
        }
        List<Analysis.Metric> metrics = new ArrayList<>();
        urls.forEach(url -> metrics.add(HttpCheck.parse(url, OK, "")));
        queries.forEach(query -> metrics.add(PrometheusCheck.parse(prometheus, query)));
        return Optional.of(new Analysis(
                every == null ? Analysis.DEFAULT_EVERY : TimeSpan.parse("--analysis-every", every),
                failureLimit == null ? 0 : failureLimit,
                restarts == null ? Analysis.ANY : restarts,
                metrics));
    }
}
