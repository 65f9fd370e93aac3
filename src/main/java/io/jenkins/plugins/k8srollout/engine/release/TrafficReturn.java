package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The requests to all of a release's workloads as it begins to go back; nothing for a release that splits none. How they
 * end is {@link TrafficEnd}'s.
 */
final class TrafficReturn {
    private final ClusterPort port;
    private final TrafficShift traffic;
    private final String release;
    private final Set<ObjectRef> workloads;

    TrafficReturn(ClusterPort port, ProgressSink sink, WatchToken token) {
        this.port = port;
        this.traffic = new TrafficShift(port, sink);
        this.release = token.record().id();
        this.workloads = workloads(token);
    }

    /** The Deployments whose requests a release may have split. */
    static Set<ObjectRef> workloads(WatchToken token) {
        Set<ObjectRef> workloads = new LinkedHashSet<>();
        boolean concerned = token.batches()
                .filter(b -> b.strategy() instanceof Canary canary && canary.traffic() != Traffic.PODS)
                .isPresent();
        if (concerned) {
            token.waiting().targets().stream().map(WaitRequest.Target::ref).forEach(workloads::add);
            workloads.addAll(token.previous().keySet());
            workloads.removeIf(ref -> !ref.kind().equals("Deployment"));
        }
        return workloads;
    }

    /**
     * No more requests to new pods.
     *
     * @return the workloads whose new pods still get some, and why
     */
    Map<ObjectRef, Problem> back() {
        return EachWorkload.attempt(workloads, ref -> port.get(ref)
                .filter(live -> isOurs(live, release))
                .ifPresent(live -> traffic.back(live, release)));
    }

    /**
     * Whether a release leads the requests to a workload. Who holds it does, also if another has begun to take it over and
     * did not get to that; without a hold, who has split them.
     */
    static boolean isOurs(KubeObject live, String release) {
        return TrafficShare.of(live)
                .filter(s ->
                        Hold.of(live).map(Hold::release).orElse(s.release()).equals(release))
                .isPresent();
    }
}
