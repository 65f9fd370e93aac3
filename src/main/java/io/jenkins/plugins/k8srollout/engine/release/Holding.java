package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workloads of a plan that its strategy holds: what is applied of them instead of what the plan says, so that only
 * the first batch happens. Blocks while the server answers; serves one release.
 */
final class Holding {
    private final ClusterPort port;
    private final ProgressSink sink;
    private final Map<ObjectRef, KubeObject> held = new LinkedHashMap<>();
    private final Map<ObjectRef, KubeObject> beforehand = new LinkedHashMap<>();
    private final Map<ObjectRef, KubeObject> freed = new LinkedHashMap<>();
    private final Map<ObjectRef, BatchGoal> planned = new LinkedHashMap<>();
    private final TrafficHolding traffic;
    private final Colouring colouring;
    private int batches;

    Holding(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
        this.traffic = new TrafficHolding(port, sink);
        this.colouring = new Colouring(port, sink);
    }

    /** Takes notice of the whole release, before any of its objects is prepared. */
    void plan(ReleasePlan plan, List<PastContent> contents, Map<ObjectRef, ApplyResult> answers) {
        Map<ObjectRef, KubeObject> answered = new LinkedHashMap<>();
        answers.forEach((ref, answer) -> answered.put(ref, answer.after()));
        colouring.plan(plan.objects(), contents, answered);
    }

    /** Binds Services, where there are to be two colours, before anything is applied. */
    void bind() {
        colouring.bind();
    }

    /** Takes back what {@link #bind} has done where nothing has followed. */
    void abandon(String release) {
        colouring.abandon(release);
    }

    /** The revision to return to from a workload that an unfinished release holds: not the one that this one began. */
    static Optional<Revision> previous(KubeObject live) {
        return Hold.of(live).flatMap(Hold::previous).map(r -> new Revision(r.kind(), r.name(), r.number()));
    }

    /**
     * Decides whether an object is held, and asks the server whether it would take that.
     *
     * @param object as the plan wants it
     * @param live as it is
     * @param replaces whether its pods change
     * @param serving the revision to return to, if known
     */
    void prepare(
            ReleasePlan plan,
            String release,
            KubeObject object,
            KubeObject live,
            boolean replaces,
            Optional<Revision> serving) {
        if (!Holds.isHoldable(live.ref())) {
            return;
        }
        ReleaseRequest request = plan.request();
        Optional<Hold> earlier = Hold.of(live);
        boolean concerned = !(request.strategy() instanceof Strategy.Rolling)
                && (replaces || earlier.isPresent() || Holds.isUnfinished(live));
        if (concerned && request.strategy() instanceof Strategy.BlueGreen) {
            Colouring.refuseKind(object, replaces);
            concerned = object.kind().equals("Deployment") && colouring.prepare(release, object, live);
        }
        Optional<KubeObject> begin = concerned ? begin(request, release, object, live, serving) : Optional.empty();
        if (begin.isPresent()) {
            KubeObject then = held(begin.get(), scaled(object, live));
            int own = Holds.batches(then, request.strategy());
            batches = Math.max(batches, own);
            held.put(object.ref(), traffic.prepare(plan, release, object, live, begin.get(), own, serving));
            goal(then, request.strategy()).ifPresent(goal -> planned.put(object.ref(), goal));
        } else if (earlier.isPresent()) {
            freed.put(object.ref(), Holds.freed(object, earlier.get()));
        }
    }

    private static ReleaseException paused(ObjectRef ref) {
        return new ReleaseException(new Problem(
                Problem.Kind.CONFLICT,
                "release",
                ref.toString(),
                "it is paused, so that no batch would ever start. Nothing was changed",
                "Let it go on with kubectl rollout resume, take spec.paused out of its manifest, or release with"
                        + " strategy rolling"));
    }

    private Optional<KubeObject> begin(
            ReleaseRequest request, String release, KubeObject object, KubeObject live, Optional<Revision> serving) {
        KubeObject owned = port.owned(live.ref()).orElse(KubeObject.empty());
        KubeObject then = scaled(object, live);
        Optional<KubeObject> begin = Holds.begin(
                object,
                then,
                owned,
                request.strategy(),
                release,
                serving.map(r -> new Hold.Revision(r.kind(), r.name(), r.number())));
        // What we have paused ourselves ends with this apply; what somebody else has does not.
        boolean stays = live.flag("spec", "paused") && !owned.flag("spec", "paused");
        if (begin.filter(b -> b.find("spec", "paused").map(Boolean.TRUE::equals).orElse(stays))
                .isPresent()) {
            throw paused(object.ref());
        }
        Optional<KubeObject> first = begin.flatMap(b -> Holds.beforehand(b, live, owned));
        first.ifPresent(o -> beforehand.put(object.ref(), o));
        begin.filter(b -> first.isEmpty()).ifPresent(b -> port.apply(b, new ApplyOptions(true, true)));
        begin.ifPresent(b -> tell(b, then, request.strategy()));
        return begin;
    }

    // The workload as it will be: a manifest need not say how many pods there are, and that of a DaemonSet never does.
    private static KubeObject held(KubeObject begin, KubeObject then) {
        return then.with(begin.annotations().get(Hold.ANNOTATION), "metadata", "annotations", Hold.ANNOTATION);
    }

    private static KubeObject scaled(KubeObject object, KubeObject live) {
        return object.find("spec", "replicas")
                .map(replicas -> live.with(replicas, "spec", "replicas"))
                .orElse(live);
    }

    private void tell(KubeObject begin, KubeObject live, Strategy strategy) {
        ObjectRef ref = begin.ref();
        boolean besides = strategy.inBatches()
                .map(Batches::order)
                .filter(Order.START_FIRST::equals)
                .isPresent();
        if (besides && !Holds.startsFirst(ref)) {
            warn(ref + " stops each old pod before it starts the new one: a " + ref.kind()
                    + " cannot be held with both, so that start-first does not apply to it");
        }
        if (strategy instanceof Strategy.Canary && Holds.batches(held(begin, live), strategy) < 2) {
            warn(ref + " has too few pods for a canary: its first step replaces all of them");
        }
        if (strategy instanceof Strategy.Recreate && ref.kind().equals("DaemonSet")) {
            warn(ref + " stops its old pods at once, each node starting the new one as soon as the old has ended");
        }
    }

    private void warn(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
    }

    boolean isHeld(ObjectRef ref) {
        return held.containsKey(ref);
    }

    /** Whether a release has left the workload half done: it is held by this one, or was by an earlier one. */
    boolean isTakenOver(ObjectRef ref) {
        return isHeld(ref) || freed.containsKey(ref);
    }

    /** Whether to take fields over: what a hold needs belongs to whoever has set it; all else was asked without force. */
    boolean force(ReleasePlan plan, KubeObject object) {
        return plan.force() || isHeld(object.ref());
    }

    /** Does what the server needs before it can take what is applied next. */
    void ready(ObjectRef ref) {
        traffic.ready(ref);
        Optional.ofNullable(beforehand.get(ref)).ifPresent(o -> port.apply(o, new ApplyOptions(false, true)));
    }

    /** The server did not take what {@link #ready} has prepared, or not even all of that. */
    void refused(ObjectRef ref, ReleaseException reason) {
        try {
            traffic.refused(ref);
        } catch (ReleaseException e) { // the end of the release tries again
            reason.addSuppressed(e);
        }
    }

    /** What is applied in an object's place; mostly the object itself. */
    KubeObject wanted(KubeObject object) {
        return object.kind().equals("Service")
                ? colouring.wantedBound(object)
                : held.getOrDefault(object.ref(), freed.getOrDefault(object.ref(), traffic.wanted(object)));
    }

    /** What a workload that was just applied must show first; empty if it is not held. */
    Optional<BatchGoal> goal(KubeObject after, Strategy strategy) {
        return isHeld(after.ref()) ? Hold.of(after).map(hold -> Holds.goal(after, hold, strategy)) : Optional.empty();
    }

    /** What a workload is going to show first, before anything is applied; empty if it will not be held. */
    Optional<BatchGoal> planned(ObjectRef ref) {
        return Optional.ofNullable(planned.get(ref));
    }

    /** @return empty if nothing is held */
    Optional<BatchProgress> progress(Strategy strategy) {
        Order order = strategy.inBatches().map(Batches::order).orElse(Order.STOP_FIRST);
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(new BatchProgress(strategy, BatchStep.first(order), batches, 0, Optional.empty()));
    }
}
