package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import java.util.List;

/**
 * Asks a release's queries once before its first change: one that the server refuses would let the first step wait until
 * its time is up. What they yield by then says nothing.
 */
final class AnalysisStage {
    private AnalysisStage() {}

    /** @throws ReleaseException (refused input) for a query that is not answered */
    static void rehearse(Strategy strategy) {
        List<Analysis.Metric> metrics = strategy.inBatches()
                .flatMap(Batches::analysis)
                .map(Analysis::metrics)
                .orElse(List.of());
        MetricProbe probe = new MetricProbe();
        for (Analysis.Metric metric : metrics) {
            if (metric instanceof PrometheusCheck check) {
                rehearse(check, probe.measure(check));
            }
        }
    }

    private static void rehearse(PrometheusCheck check, Measurement measurement) {
        if (measurement.verdict() == Measurement.Verdict.UNANSWERED) {
            throw ReleaseException.refused(
                    "try the analysis",
                    check.query(),
                    measurement.detail() + ". Nothing was changed",
                    "Correct the query, or the address of the Prometheus server as seen from here");
        }
    }
}
