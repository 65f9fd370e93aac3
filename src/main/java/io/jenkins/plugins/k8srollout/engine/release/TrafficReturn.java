package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The requests to all of a release's workloads on its way back; nothing for a release that splits none. */
final class TrafficReturn {
    /** So long a controller may take to see that a route has changed, before what the route led to is deleted. */
    static final Duration SETTLING = Duration.ofSeconds(3);

    private final ClusterPort port;
    private final TrafficShift traffic;
    private final String release;
    private final Set<ObjectRef> workloads = new LinkedHashSet<>();

    TrafficReturn(ClusterPort port, ProgressSink sink, WatchToken token) {
        this.port = port;
        this.traffic = new TrafficShift(port, sink);
        this.release = token.record().id();
        if (concerns(token)) {
            token.waiting().targets().stream().map(WaitRequest.Target::ref).forEach(workloads::add);
            workloads.addAll(token.previous().keySet());
            workloads.removeIf(ref -> !ref.kind().equals("Deployment"));
        }
    }

    static boolean concerns(WatchToken token) {
        return token.batches()
                .filter(b -> b.strategy() instanceof Canary canary && canary.traffic() != Traffic.PODS)
                .isPresent();
    }

    /**
     * No more requests to new pods.
     *
     * @return the workloads whose new pods still get some, and why
     */
    Map<ObjectRef, Problem> back() {
        return own(live -> traffic.weigh(live, 0));
    }

    /**
     * The routes are as they were, once the pods are.
     *
     * @return those whose routes could not be returned, and why: they lead to the old pods only
     */
    Map<ObjectRef, Problem> join() {
        Map<ObjectRef, Problem> failed = own(traffic::join);
        workloads.removeAll(failed.keySet());
        return failed;
    }

    /**
     * Removes what the routes led to that {@link #join} has returned.
     *
     * @return the workloads of which something is left over, and why
     */
    Map<ObjectRef, Problem> clean() {
        return own(traffic::clean);
    }

    // Another release may have taken a workload over, and leads its requests by now.
    private Map<ObjectRef, Problem> own(Consumer<KubeObject> work) {
        return EachWorkload.attempt(workloads, ref -> port.get(ref)
                .filter(live -> TrafficShare.of(live)
                        .filter(s -> s.release().equals(release))
                        .isPresent())
                .ifPresent(work));
    }
}
