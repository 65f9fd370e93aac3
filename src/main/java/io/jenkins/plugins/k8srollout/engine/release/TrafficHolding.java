package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficSplit;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The held workloads of a plan whose requests are split: the part of {@link Holding} that sends all requests to the old
 * pods before the first new one starts. Blocks while the server answers; serves one release.
 */
final class TrafficHolding {
    private final ClusterPort port;
    private final ProgressSink sink;
    private final TrafficShift traffic;
    private final Map<ObjectRef, Split> splits = new LinkedHashMap<>();

    /**
     * @param live the workload as it was
     * @param share what is noted on it
     * @param on whether its requests are split from now on; else they have been, and are no longer
     */
    private record Split(KubeObject live, TrafficShare share, boolean on) {}

    TrafficHolding(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
        this.traffic = new TrafficShift(port, sink);
    }

    /**
     * Decides whether the requests to a held workload are split.
     *
     * @param begin the object that begins its hold
     * @param batches how many it takes
     * @return what is to be applied instead
     * @throws ReleaseException (refused input) if they are to be, and cannot
     */
    KubeObject prepare(
            ReleasePlan plan,
            String release,
            KubeObject object,
            KubeObject live,
            KubeObject begin,
            int batches,
            Optional<Revision> serving) {
        Optional<TrafficShare> share = plan.request().strategy() instanceof Canary canary && batches > 1
                ? share(plan, release, canary.traffic(), object, live, serving)
                : Optional.empty();
        share.ifPresent(s -> splits.put(object.ref(), new Split(live, s, true)));
        if (share.isEmpty()) {
            TrafficShare.of(live)
                    .map(s -> s.ledBy(release))
                    .ifPresent(s -> splits.put(object.ref(), new Split(live, s, false)));
        }
        return Optional.ofNullable(splits.get(object.ref()))
                .map(s -> s.share().on(begin))
                .orElse(begin);
    }

    private Optional<TrafficShare> share(
            ReleasePlan plan,
            String release,
            Traffic kind,
            KubeObject object,
            KubeObject live,
            Optional<Revision> serving) {
        if (kind == Traffic.PODS || serving.isEmpty()) {
            return Optional.empty();
        }
        if (!Holds.startsFirst(object.ref())) {
            warn("The requests to " + object.ref() + " are not split: only those to Deployments can be");
            return Optional.empty();
        }
        TrafficPlan routes = new TrafficPlan(port, plan.objects());
        TrafficShare share = routes.of(release, kind, object, live, serving.get());
        requireAlone(object.ref(), share);
        routes.warnings(share, live).forEach(this::warn);
        return Optional.of(share);
    }

    // A route is split for one workload at a time.
    private void requireAlone(ObjectRef ref, TrafficShare share) {
        splits.forEach((other, split) -> {
            List<String> shared = new ArrayList<>(split.share().routes());
            shared.retainAll(share.routes());
            if (split.on() && !shared.isEmpty() && other.namespace().equals(ref.namespace())) {
                throw ReleaseException.refused(
                        "split the requests",
                        ref.toString(),
                        "route " + shared.get(0) + " leads to " + other + ", too. Nothing was changed",
                        "Release one after the other the workloads that share a route, or leave traffic out");
            }
        });
    }

    /** Sends the requests where they belong before the workload is applied. */
    void ready(ObjectRef ref) {
        Optional.ofNullable(splits.get(ref)).ifPresent(split -> {
            if (split.on()) {
                traffic.begin(split.live(), split.share());
            } else {
                traffic.join(split.live());
            }
        });
    }

    /**
     * The server did not take what {@link #ready} has prepared, or not all of that: the requests go to all pods as before,
     * and what the split needed goes at the end of the release. Where an earlier release holds the workload, they stay with
     * the pods that served before both, until that one goes on.
     */
    void refused(ObjectRef ref) {
        Split split = splits.get(ref);
        if (split == null || !split.on()) {
            return;
        }
        Optional<KubeObject> live = port.get(ref);
        Optional<Hold> held = live.flatMap(Hold::of);
        if (held.isPresent()) {
            traffic.back(live.get(), held.get().release());
            warn("All requests to " + ref + " go to the pods that served before, until release "
                    + held.get().release() + ", which holds it, goes on or is undone");
        } else {
            live.ifPresent(traffic::join);
        }
    }

    /** What is applied in an object's place: the release's own routes must not undo the split that has just begun. */
    KubeObject wanted(KubeObject object) {
        for (Map.Entry<ObjectRef, Split> entry : splits.entrySet()) {
            TrafficShare share = entry.getValue().share();
            TrafficRoutes routes = TrafficRoutes.of(share.traffic()).orElseThrow();
            boolean route = entry.getValue().on()
                    && object.kind().equals(routes.kind())
                    && routes.versions().contains(object.apiVersion())
                    && object.namespace().equals(entry.getKey().namespace())
                    && share.routes().contains(object.name());
            if (route) {
                return routes.split(object, new TrafficSplit(Set.copyOf(share.services()), 0));
            }
        }
        return object;
    }

    private void warn(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
    }
}
