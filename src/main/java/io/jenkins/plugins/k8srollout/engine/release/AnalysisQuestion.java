package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.HealthyPeriod.Proof;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The analysis of a release's step: all metrics are measured as soon as all targets are healthy, and again and again for
 * as long as the wait lasts. Each must have held once in the period that ends the wait; more failing measurements than
 * the limit end the release. Measures on a worker of the scheduler's, without the lock that guards the state.
 */
final class AnalysisQuestion {
    private final Optional<Analysis> analysis;
    private final Function<Analysis.Metric, Measurement> probe;
    private final Scheduler scheduler;
    private final WaitState state;
    private final Mailbox mailbox;

    // Guarded by the state.
    private final Set<Analysis.Metric> held = new HashSet<>();
    private int period;
    private int failures;
    private boolean measuring;
    private Cancellable next = () -> {};

    AnalysisQuestion(
            Optional<Analysis> analysis,
            Function<Analysis.Metric, Measurement> probe,
            Scheduler scheduler,
            WaitState state,
            Mailbox mailbox) {
        this.analysis = analysis.filter(a -> !a.metrics().isEmpty());
        this.probe = probe;
        this.scheduler = scheduler;
        this.state = state;
        this.mailbox = mailbox;
    }

    /** To be called under the state's lock. */
    void askIfDue() {
        if (analysis.isPresent() && state.period().isHealthy() && !measuring) {
            measuring = true;
            scheduler.offload(this::measure);
        }
    }

    /** Nothing more is measured. To be called under the state's lock, once the state has ended. */
    void close() {
        next.cancel();
    }

    private void measure() {
        int asked;
        synchronized (state) {
            asked = state.period().number();
            measuring = state.period().isHealthy() && !state.isOver();
            if (!measuring) {
                return;
            }
        }
        try {
            Map<Analysis.Metric, Measurement> seen = new LinkedHashMap<>();
            analysis.orElseThrow().metrics().forEach(m -> seen.put(m, probe.apply(m)));
            mailbox.tell(() -> measured(asked, seen));
        } catch (Throwable e) {
            mailbox.tell(() -> state.failure().trouble(WaitTrouble.of(e)));
        }
    }

    private void measured(int asked, Map<Analysis.Metric, Measurement> seen) {
        if (period != asked) {
            period = asked;
            held.clear();
        }
        seen.forEach(this::take);
        if (held.containsAll(analysis.orElseThrow().metrics())) {
            state.period().prove(Proof.MEASURED, asked);
        }
        next = scheduler.after(analysis.orElseThrow().every(), () -> scheduler.offload(this::measure));
    }

    private void take(Analysis.Metric metric, Measurement measurement) {
        String what = "Analysis, " + metric.shown() + ": " + measurement.detail();
        switch (measurement.verdict()) {
            case HOLDS -> {
                if (held.add(metric)) {
                    state.narrator().remark(Finding.Severity.INFO, what);
                }
            }
            case FAILS -> {
                failures++;
                state.narrator().remark(Finding.Severity.WARNING, what);
                fail(metric, measurement);
            }
            case NO_DATA, UNANSWERED -> {
                state.failure()
                        .unanswered("the analysis has no result: " + metric.shown() + ": " + measurement.detail());
                state.narrator().remark(Finding.Severity.WARNING, what + "; it is asked again");
            }
        }
    }

    private void fail(Analysis.Metric metric, Measurement measurement) {
        int limit = analysis.orElseThrow().failureLimit();
        if (failures > limit) {
            String often = failures == 1 ? "a measurement has" : failures + " measurements have";
            state.failure()
                    .trouble(new Problem(
                            Problem.Kind.UNHEALTHY,
                            "analyse the release",
                            metric.shown(),
                            often + " failed, and " + limit + " may: " + measurement.detail(),
                            "Look at what the new pods do differently; failureLimit allows for single failures"));
        }
    }
}
