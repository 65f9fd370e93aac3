package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficSplit;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Sends a part of the requests to the new pods of a held Deployment: by a Service for the pods of each revision, and
 * routes that weigh the two. What it does follows from the annotations of workload and routes alone
 * ({@link TrafficShare}, {@link TrafficRoutes}); repeating it changes nothing. Blocks while the server answers, and until
 * a Service that it has made has a ready endpoint.
 */
final class TrafficShift {
    /** So long a controller may take to see that a route has changed, before what the route led to is deleted. */
    static final Duration SETTLING = Duration.ofSeconds(3);

    private final ClusterPort port;
    private final ProgressSink sink;
    private final TrafficCompanions companions;
    private final ReadyEndpoints endpoints;

    TrafficShift(ClusterPort port, ProgressSink sink) {
        this(port, sink, ReadyEndpoints.PATIENCE);
    }

    TrafficShift(ClusterPort port, ProgressSink sink, Duration patience) {
        this.port = port;
        this.sink = sink;
        this.companions = new TrafficCompanions(port);
        this.endpoints = new ReadyEndpoints(port, patience);
    }

    /** Before the new revision's first pod: all requests go to the pods that are there. */
    void begin(KubeObject workload, TrafficShare share) {
        // First of all: whoever comes after a crash must find what to undo.
        mark(workload, share);
        provide(workload, share, share.stable(), TrafficSplit::stable);
        split(workload, share, 0);
    }

    /**
     * Sends so many of a hundred requests to the new pods; nothing if the workload's are not split.
     *
     * @param workload as it is, with pods of the new revision that are ready unless the weight is 0
     * @param release the id of the release that leads it; a split that another one has begun is its own from now on
     */
    void weigh(KubeObject workload, String release, int weight) {
        TrafficShare.of(workload).ifPresent(share -> {
            lead(workload, release);
            // Whoever began may have ended before it was there.
            provide(workload, share, share.stable(), TrafficSplit::stable);
            if (weight > 0) {
                provide(workload, share, newest(workload), TrafficSplit::canary);
            }
            split(workload, share, weight);
        });
    }

    /**
     * Sends no more requests to the new pods: all to the old ones, or to whatever pods are ready where none of the old
     * ones is. Otherwise as {@link #weigh}.
     */
    void back(KubeObject workload, String release) {
        boolean served = Revisions.replicaSets(port, workload).stream()
                .filter(set -> set.numberOr(0, "status", "readyReplicas") > 0)
                .anyMatch(set -> TrafficShare.of(workload)
                        .filter(s -> s.stable().equals(set.labels().get(TrafficShare.HASH)))
                        .isPresent());
        if (served) {
            weigh(workload, release, 0);
        } else {
            lead(workload, release);
            join(workload);
        }
    }

    private void lead(KubeObject workload, String release) {
        TrafficShare.of(workload)
                .filter(share -> !share.release().equals(release))
                .ifPresent(share -> mark(workload, share.ledBy(release)));
    }

    private void provide(KubeObject workload, TrafficShare share, String hash, UnaryOperator<String> names) {
        Set<String> fresh = new LinkedHashSet<>();
        for (String name : share.services()) {
            Optional<KubeObject> service = port.get(new ObjectRef("v1", "Service", workload.namespace(), name));
            boolean changed = service.filter(
                            s -> companions.provide(workload, TrafficShare.serviceOf(s, names.apply(name), hash)))
                    .isPresent();
            if (changed) {
                fresh.add(names.apply(name));
            }
        }
        endpoints.await(workload.namespace(), fresh);
    }

    private void split(KubeObject workload, TrafficShare share, int weight) {
        TrafficRoutes routes = routesOf(share);
        Set<String> services = Set.copyOf(share.services());
        TrafficSplit split = new TrafficSplit(services, weight);
        List<ObjectRef> needed = new ArrayList<>();
        for (KubeObject route : routes(workload, share, routes)) {
            boolean changed = false;
            for (KubeObject besides : routes.besides(original(routes, route, services), split)) {
                changed |= companions.provide(workload, besides);
                needed.add(besides.ref());
            }
            changed |= change(route.ref(), r -> routes.split(original(routes, r, services), split));
            if (changed) {
                tell(route.ref() + " sends " + weight + " of 100 requests to the new pods of " + workload.ref());
            }
        }
        deleteCompanions(workload, routes, needed);
    }

    private void deleteCompanions(KubeObject workload, TrafficRoutes routes, List<ObjectRef> but) {
        version(routes).ifPresent(version -> routes.companionKinds()
                .forEach(kind -> companions.delete(workload, version, kind, but)));
    }

    private Optional<String> version(TrafficRoutes routes) {
        return routes.version(port.apis().versionsOf(routes.kind()));
    }

    /**
     * The requests go to all pods alike again; what was needed for the split still exists.
     *
     * @return whether that has changed any route; then {@link #clean} must wait for {@link #SETTLING}
     * @throws ReleaseException if one cannot be put together; then it leads where it did
     */
    boolean join(KubeObject workload) {
        boolean changed = false;
        for (TrafficShare share : TrafficShare.of(workload).stream().toList()) {
            TrafficRoutes routes = routesOf(share);
            for (KubeObject route : routes(workload, share, routes)) {
                if (change(route.ref(), r -> original(routes, r, Set.copyOf(share.services())))) {
                    tell(route.ref() + " is as it was: requests go to all pods of " + workload.ref());
                    changed = true;
                }
            }
        }
        return changed;
    }

    /**
     * Removes what was needed for a split that has ended by {@link #join}.
     *
     * @throws ReleaseException (conflict) if a route still leads there
     */
    void clean(KubeObject workload) {
        TrafficShare.of(workload).ifPresent(share -> {
            TrafficRoutes routes = routesOf(share);
            Set<String> services = Set.copyOf(share.services());
            for (KubeObject route : routes(workload, share, routes)) {
                if (!TrafficRoutes.patch(route, original(routes, route, services))
                        .isEmpty()) {
                    throw problem(
                            Problem.Kind.CONFLICT,
                            route.ref(),
                            "somebody has split it again, so that what it leads to stays",
                            "Let one release at a time change it; k8s-rollout doctor --repair ends the split");
                }
            }
            deleteCompanions(workload, routes, List.of());
            companions.delete(workload, "v1", "Service", List.of());
            mark(workload, null);
        });
    }

    /** Notes on the workload that its requests are split, or with null that they are not. */
    void mark(KubeObject workload, TrafficShare share) {
        Map<String, Object> annotation = new HashMap<>();
        annotation.put(
                TrafficShare.ANNOTATION,
                share == null
                        ? null
                        : share.on(KubeObject.empty()).annotations().get(TrafficShare.ANNOTATION));
        port.patch(workload.ref(), KubeObject.of(Map.of("metadata", Map.of("annotations", annotation))));
    }

    private static TrafficRoutes routesOf(TrafficShare share) {
        return TrafficRoutes.of(share.traffic()).orElseThrow();
    }

    private static KubeObject original(TrafficRoutes routes, KubeObject route, Set<String> services) {
        return routes.original(route, services)
                .orElseThrow(() -> problem(
                        Problem.Kind.CONFLICT,
                        route.ref(),
                        "its annotation " + TrafficRoutes.ANNOTATION + " is gone or damaged, which says what it was"
                                + " before its requests were split. It was not changed",
                        "Name its Services in it as before; then release again, or k8s-rollout doctor --repair"));
    }

    private List<KubeObject> routes(KubeObject workload, TrafficShare share, TrafficRoutes routes) {
        Optional<String> version = version(routes);
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

    // Others change it, too, and its lists are replaced as a whole.
    private boolean change(ObjectRef ref, UnaryOperator<KubeObject> wanted) {
        return GuardedPatch.change(port, ref, route -> {
            KubeObject patch = TrafficRoutes.patch(route, wanted.apply(route));
            String version = route.text("metadata", "resourceVersion").orElse("");
            return patch.isEmpty() ? Optional.empty() : Optional.of(patch.with(version, "metadata", "resourceVersion"));
        });
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
            throw problem(
                    Problem.Kind.FAILED,
                    workload.ref(),
                    "the ReplicaSet of its revision " + number + " is not to be found",
                    "Release again");
        }
        return hashes.iterator().next();
    }

    private static ReleaseException problem(Problem.Kind kind, ObjectRef ref, String reason, String remedy) {
        return new ReleaseException(new Problem(kind, "split the requests", ref.toString(), reason, remedy));
    }

    private void tell(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
    }
}
