package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ends the splits of requests that another release has left, before this one changes the same Deployments: their routes
 * lead to the pods of certain revisions only. A canary of the same kind goes on with such a split instead. Holds no thread
 * while it waits.
 */
final class TrafficSettlement {
    private static final String STAGE = "End the earlier release";

    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final ReleaseLife life;
    private final List<KubeObject> all;
    private final TrafficShift traffic;

    private TrafficSettlement(ReleaseTools tools, ReleaseRecorder recorder, ReleaseLife life, List<KubeObject> all) {
        this.tools = tools;
        this.recorder = recorder;
        this.life = life;
        this.all = all;
        this.traffic = new TrafficShift(tools.port(), recorder);
    }

    /**
     * @param answers what the server would make of the release's objects
     * @return empty if there is nothing to be ended
     */
    static Optional<TrafficSettlement> of(
            ReleaseTools tools,
            ReleaseRecorder recorder,
            ReleaseLife life,
            ReleasePlan plan,
            Collection<ApplyResult> answers) {
        List<KubeObject> all = new ArrayList<>();
        for (ApplyResult answer : answers) {
            Optional<KubeObject> live = answer.before();
            Optional<TrafficShare> share =
                    live.flatMap(TrafficShare::of).filter(s -> !s.release().equals(recorder.id()));
            if (share.isPresent() && !goesOn(tools.port(), plan, live.get(), share.get(), answer.after())) {
                all.add(live.get());
            }
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(new TrafficSettlement(tools, recorder, life, all));
    }

    private static boolean goesOn(
            ClusterPort port, ReleasePlan plan, KubeObject live, TrafficShare share, KubeObject desired) {
        return Hold.of(live).isPresent()
                && plan.request().strategy() instanceof Canary canary
                && canary.traffic() == share.traffic()
                && desired.numberOr(1, "spec", "replicas") > 1
                && new TrafficPlan(port, plan.objects()).goesOn(share, desired);
    }

    /**
     * Ends them, and then goes on. To be called on a worker; returns as soon as it only waits.
     *
     * @param then runs on a worker
     */
    void run(Runnable then) {
        Instant begun = tools.scheduler().now();
        String names = all.stream().map(o -> o.ref().toString()).collect(Collectors.joining(", "));
        recorder.accept(new ProgressEvent.StageStarted(STAGE, "split requests to " + names));
        all.forEach(this::join);
        life.await(() -> {
            Cancellable timer = tools.scheduler().after(TrafficShift.SETTLING, () -> {
                life.awaited();
                Duration took = Duration.between(begun, tools.scheduler().now());
                recorder.accept(new ProgressEvent.StageFinished(STAGE, true, took));
                life.work(() -> {
                    all.forEach(o -> tools.port().get(o.ref()).ifPresent(traffic::clean));
                    then.run();
                });
            });
            return () -> {
                timer.cancel();
                life.interrupted();
            };
        });
    }

    private void join(KubeObject live) {
        ObjectRef ref = live.ref();
        traffic.join(live);
        Hold.of(live)
                .ifPresent(hold -> recorder.accept(new ProgressEvent.Notice(
                        Severity.WARNING,
                        "Release " + hold.release() + ", which holds " + ref
                                + ", no longer splits its requests: they go to all its pods")));
    }
}
