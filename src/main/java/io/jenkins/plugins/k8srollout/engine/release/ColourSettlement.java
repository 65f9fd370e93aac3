package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ends the blue-green release that has left two colours, before another release changes the same Deployments: their
 * Services select one colour, and would serve nobody after any other change. Holds no thread while it waits.
 */
final class ColourSettlement {
    private static final String STAGE = "End the earlier release";

    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final ReleaseLife life;
    private final List<Unfinished> all;

    /**
     * @param live the Deployment as it is
     * @param returns whether the release wants the template of the old colour
     */
    private record Unfinished(KubeObject live, boolean returns) {
        Colours colours() {
            return Colours.of(live).orElseThrow();
        }
    }

    private ColourSettlement(ReleaseTools tools, ReleaseRecorder recorder, ReleaseLife life, List<Unfinished> all) {
        this.tools = tools;
        this.recorder = recorder;
        this.life = life;
        this.all = all;
    }

    /**
     * @param answers what the server would make of the release's objects
     * @return empty if no other release has left anything
     */
    static Optional<ColourSettlement> of(
            ReleaseTools tools, ReleaseRecorder recorder, ReleaseLife life, Collection<ApplyResult> answers) {
        List<Unfinished> all = new ArrayList<>();
        for (ApplyResult answer : answers) {
            Optional<Colours> colours = answer.before().flatMap(Colours::of);
            if (colours.filter(c -> !c.release().equals(recorder.id())).isPresent()) {
                KubeObject live = answer.before().get();
                boolean returns = Revisions.replicaSets(tools.port(), live).stream()
                        .filter(r ->
                                ColourRouting.colour(r).equals(colours.get().old()))
                        .anyMatch(r -> ColourEnd.isOf(answer.after(), r));
                all.add(new Unfinished(live, returns));
            }
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(new ColourSettlement(tools, recorder, life, all));
    }

    /**
     * Ends it, and then goes on. To be called on a worker; returns as soon as it only waits.
     *
     * @param then runs on a worker once one colour is left
     */
    void run(Duration timeout, Runnable then) {
        String names = all.stream().map(u -> u.live().ref().toString()).collect(Collectors.joining(", "));
        Instant begun = tools.scheduler().now();
        recorder.accept(new ProgressEvent.StageStarted(STAGE, "the other colour of " + names));
        ColourEnd end = new ColourEnd(tools.port(), recorder);
        List<WaitRequest.Target> targets = new ArrayList<>();
        all.forEach(u -> targets.add(end.settle(u.live(), u.returns(), tools.scheduler())));
        WaitRequest wait = WaitRequest.of(all.get(0).live().namespace(), targets)
                .withTimeout(timeout)
                .startedAt(begun);
        life.await(() -> HealthWatch.startOfRelease(
                wait, Optional.empty(), tools.port(), tools.scheduler(), recorder, outcome -> {
                    life.awaited();
                    Duration took = Duration.between(begun, tools.scheduler().now());
                    recorder.accept(new ProgressEvent.StageFinished(STAGE, outcome.isHealthy(), took));
                    switch (outcome.result()) {
                        case HEALTHY -> life.work(() -> free(end, then));
                        case CANCELLED -> life.interrupted();
                        default -> life.work(() -> free(end, outcome.toProblem(), then));
                    }
                }));
    }

    private void free(ColourEnd end, Runnable then) {
        for (Unfinished one : all) {
            if (!end.freeIfSingle(one.live().ref(), one.colours().release())) {
                life.failed(new Problem(
                        Problem.Kind.FAILED,
                        "end the earlier blue-green release",
                        one.live().ref().toString(),
                        "pods of both colours are still there, or its Services could not be freed",
                        "Look with k8s-rollout doctor, then release again"));
                return;
            }
        }
        then.run();
    }

    /** The colour that serves is broken, or the other one does not go: no reason to keep out what may cure it. */
    private void free(ColourEnd end, Problem cause, Runnable then) {
        for (Unfinished one : all) {
            end.free(one.live().ref());
            recorder.accept(new ProgressEvent.Notice(
                    Severity.WARNING,
                    "The Services of " + one.live().ref() + " select all its pods, of both colours, until this release"
                            + " has replaced them: the earlier release could not be ended (" + cause.reason() + ")"));
        }
        then.run();
    }
}
