package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficSplit;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends a part of the requests to the new pods of a held Deployment: by a Service for the pods of each revision, and
 * routes that weigh the two. What it does follows from the annotations of workload and routes alone
 * ({@link TrafficShare}, {@link TrafficRoutes}); repeating it changes nothing. Blocks while the server answers.
 */
final class TrafficShift {
    private final ClusterPort port;
    private final ProgressSink sink;

    TrafficShift(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /** Before the new revision's first pod: all requests go to the pods that are there. */
    void begin(KubeObject workload, TrafficShare share) {
        // First of all: whoever comes after a crash must find what to undo.
        mark(workload, share.on(KubeObject.empty()).annotations().get(TrafficShare.ANNOTATION));
        for (String name : share.services()) {
            service(workload, name)
                    .ifPresent(s -> provide(TrafficShare.serviceOf(s, TrafficSplit.stable(name), share.stable())));
        }
        split(workload, share, 0);
    }

    /**
     * Sends so many of a hundred requests to the new pods; nothing if the workload's are not split.
     *
     * @param workload as it is, with pods of the new revision that are ready unless the weight is 0
     */
    void weigh(KubeObject workload, int weight) {
        TrafficShare.of(workload).ifPresent(share -> {
            if (weight > 0) {
                String hash = newest(workload);
                for (String name : share.services()) {
                    service(workload, name)
                            .ifPresent(s -> provide(TrafficShare.serviceOf(s, TrafficSplit.canary(name), hash)));
                }
            }
            split(workload, share, weight);
        });
    }

    private void split(KubeObject workload, TrafficShare share, int weight) {
        TrafficRoutes routes = TrafficRoutes.of(share.traffic()).orElseThrow();
        TrafficSplit split = new TrafficSplit(Set.copyOf(share.services()), weight);
        for (KubeObject route : routes(workload, share, routes)) {
            List<KubeObject> besides = routes.besides(route, split);
            besides.forEach(this::provide);
            List<ObjectRef> needed = besides.stream().map(KubeObject::ref).toList();
            boolean changed = patch(route, routes.split(route, split));
            routes.companions(route, split.services()).stream()
                    .filter(c -> !needed.contains(c))
                    .forEach(port::delete);
            if (changed || !besides.isEmpty()) {
                tell(route.ref() + " sends " + weight + " of 100 requests to the new pods of " + workload.ref());
            }
        }
    }

    /** The requests go to all pods alike again; what was needed for the split still exists. */
    void join(KubeObject workload) {
        TrafficShare.of(workload).ifPresent(share -> {
            for (KubeObject route : routes(workload, share, routesOf(share))) {
                if (patch(route, TrafficRoutes.original(route))) {
                    tell(route.ref() + " is as it was: requests go to all pods of " + workload.ref());
                }
            }
        });
    }

    /** Removes what was needed for a split that has ended by {@link #join}. */
    void clean(KubeObject workload) {
        TrafficShare.of(workload).ifPresent(share -> {
            TrafficRoutes kind = routesOf(share);
            for (KubeObject route : routes(workload, share, kind)) {
                kind.companions(route, Set.copyOf(share.services())).forEach(port::delete);
            }
            for (String name : share.services()) {
                port.delete(new ObjectRef("v1", "Service", workload.namespace(), TrafficSplit.stable(name)));
                port.delete(new ObjectRef("v1", "Service", workload.namespace(), TrafficSplit.canary(name)));
            }
            mark(workload, null);
        });
    }

    private void mark(KubeObject workload, String text) {
        Map<String, Object> annotation = new HashMap<>();
        annotation.put(TrafficShare.ANNOTATION, text);
        port.patch(workload.ref(), KubeObject.of(Map.of("metadata", Map.of("annotations", annotation))));
    }

    private static TrafficRoutes routesOf(TrafficShare share) {
        return TrafficRoutes.of(share.traffic()).orElseThrow();
    }

    private List<KubeObject> routes(KubeObject workload, TrafficShare share, TrafficRoutes routes) {
        Optional<String> version = routes.version(port.apis().versionsOf(routes.kind()));
        List<KubeObject> found = new ArrayList<>();
        for (String name : share.routes()) {
            Optional<KubeObject> route =
                    version.flatMap(v -> port.get(new ObjectRef(v, routes.kind(), workload.namespace(), name)));
            if (route.isEmpty()) {
                sink.accept(new ProgressEvent.Notice(
                        Severity.WARNING, routes.kind() + "/" + workload.namespace() + "/" + name + " is gone"));
            }
            route.ifPresent(found::add);
        }
        return found;
    }

    private Optional<KubeObject> service(KubeObject workload, String name) {
        return port.get(new ObjectRef("v1", "Service", workload.namespace(), name));
    }

    private void provide(KubeObject object) {
        port.apply(
                object.with("kubernetes-rollout", "metadata", "labels", "app.kubernetes.io/managed-by"),
                new ApplyOptions(false, true));
    }

    private boolean patch(KubeObject from, KubeObject to) {
        KubeObject patch = TrafficRoutes.patch(from, to);
        if (!patch.isEmpty()) {
            port.patch(from.ref(), patch);
        }
        return !patch.isEmpty();
    }

    private String newest(KubeObject workload) {
        String number = workload.annotations().getOrDefault(Revisions.NUMBER, "");
        Set<String> hashes = new LinkedHashSet<>();
        for (KubeObject set : port.list(Selection.of("apps/v1", "ReplicaSet", workload.namespace()))) {
            boolean newest = Revisions.isOwned(set, workload)
                    && !number.isEmpty()
                    && number.equals(set.annotations().get(Revisions.NUMBER));
            if (newest) {
                hashes.add(set.labels().getOrDefault(TrafficShare.HASH, ""));
            }
        }
        if (hashes.size() != 1 || hashes.contains("")) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.FAILED,
                    "split the requests",
                    workload.ref().toString(),
                    "the ReplicaSet of its revision " + number + " is not to be found",
                    "Release again"));
        }
        return hashes.iterator().next();
    }

    private void tell(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
    }
}
