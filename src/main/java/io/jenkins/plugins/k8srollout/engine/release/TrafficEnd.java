package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ends the splits of requests that a release leaves on workloads that it does not hold, wherever and however it ends: the
 * routes are as they were, and some time later what they led to goes. What it holds stays split, for who goes on with it.
 */
final class TrafficEnd {
    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final TrafficShift traffic;
    // Saved and ended one after the other, by different threads.
    private final Set<ObjectRef> workloads = new LinkedHashSet<>();
    private Phase phase = Phase.APPLYING;

    TrafficEnd(ReleaseTools tools, ReleaseRecorder recorder) {
        this.tools = tools;
        this.recorder = recorder;
        this.traffic = new TrafficShift(tools.port(), recorder);
    }

    /** Takes notice of what a token says that may be split. */
    synchronized void take(WatchToken token) {
        workloads.addAll(TrafficReturn.workloads(token));
        phase = token.phase();
    }

    /**
     * Passes the record on once nothing is split any more that is not held; at once if the release has split nothing, or
     * is paused. Returns at once.
     *
     * @param next given the record, with what could not be ended; called exactly once
     */
    synchronized void end(ReleaseRecord record, Consumer<ReleaseRecord> next) {
        if (workloads.isEmpty() || record.outcome() == Outcome.PAUSED) {
            next.accept(record);
            return;
        }
        Set<ObjectRef> all = Set.copyOf(workloads);
        // Who ends a rollback half way leaves the requests with the pods that it returns to.
        boolean aborted = record.outcome() == Outcome.CANCELLED && phase != Phase.APPLYING && phase != Phase.RELEASE;
        work(record, next, () -> join(record, all, aborted, next));
    }

    private void work(ReleaseRecord record, Consumer<ReleaseRecord> next, Runnable work) {
        try {
            tools.workers().execute(work);
        } catch (RuntimeException e) { // the workers are closed
            next.accept(record);
        }
    }

    private void join(ReleaseRecord record, Set<ObjectRef> all, boolean aborted, Consumer<ReleaseRecord> next) {
        Set<ObjectRef> joined = new LinkedHashSet<>();
        Map<ObjectRef, Problem> failed = EachWorkload.all(all, ref -> {
            Optional<KubeObject> live = tools.port().get(ref).filter(this::isLeft);
            if (live.isPresent() && aborted) {
                recorder.add("All requests to " + ref + " go to the pods that served before; k8s-rollout continue"
                        + " goes on with the return, k8s-rollout doctor --repair ends the split");
            } else if (live.isPresent() && Hold.of(live.get()).isPresent()) {
                String other = Hold.of(live.get()).get().release();
                traffic.back(live.get(), other);
                recorder.add("All requests to " + ref + " go to the pods that served before, until release " + other
                        + ", which holds it, goes on or is undone");
            } else if (live.isPresent()) {
                traffic.join(live.get());
                joined.add(ref);
            }
        });
        failed.forEach((ref, problem) -> recorder.add("The routes to " + ref
                + " stay split, with all requests to the pods that served before: " + problem.reason()));
        Outcome outcome =
                failed.isEmpty() || record.outcome() != Outcome.ROLLED_BACK ? record.outcome() : Outcome.FAILED;
        ReleaseRecord told = recorder.record(outcome);
        if (joined.isEmpty()) {
            next.accept(told);
            return;
        }
        tools.scheduler().after(TrafficShift.SETTLING, () -> work(told, next, () -> clean(outcome, joined, next)));
    }

    /** Whether nobody else would end it. */
    private boolean isLeft(KubeObject live) {
        return TrafficShare.of(live)
                        .filter(s -> s.release().equals(recorder.id()))
                        .isPresent()
                && Hold.of(live).filter(h -> h.release().equals(recorder.id())).isEmpty();
    }

    private void clean(Outcome outcome, Set<ObjectRef> joined, Consumer<ReleaseRecord> next) {
        EachWorkload.all(
                        joined,
                        ref -> tools.port().get(ref).filter(this::isLeft).ifPresent(traffic::clean))
                .forEach((ref, problem) -> recorder.add("What split the requests to " + ref + " is left over: "
                        + problem.reason() + ". k8s-rollout doctor --repair removes it"));
        next.accept(recorder.record(outcome));
    }
}
