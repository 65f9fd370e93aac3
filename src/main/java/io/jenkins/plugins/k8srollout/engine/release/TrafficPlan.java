package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.affinity.TrafficSplit;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out through which Services and routes the requests to a Deployment come, before a release splits them. What a
 * release brings itself counts as it is to be. Changes nothing; blocks while the server answers.
 */
final class TrafficPlan {
    private static final String ATTEMPT = "split the requests";
    private static final int LONGEST_NAME = 63;

    private final ClusterPort port;
    private final List<KubeObject> planned;

    /** @param planned all objects of the release */
    TrafficPlan(ClusterPort port, List<KubeObject> planned) {
        this.port = port;
        this.planned = planned;
    }

    /**
     * @param release the id of the release that splits them
     * @param desired the Deployment as it is to be
     * @param live as it is; if its requests are split already, the pods that served before that go on serving
     * @param serving the revision that serves
     * @throws ReleaseException (refused input) if no such route leads to the Deployment
     */
    TrafficShare of(String release, Traffic traffic, KubeObject desired, KubeObject live, Revision serving) {
        TrafficRoutes routes = TrafficRoutes.of(traffic).orElseThrow();
        String version = routes.version(port.apis().versionsOf(routes.kind()))
                .orElseThrow(() -> refused(
                        live,
                        "the cluster serves no " + routes.kind(),
                        "Name the controller whose routes lead to it, or leave traffic out"));
        String namespace = live.namespace();
        List<String> services = with("v1", "Service", namespace).stream()
                .filter(s -> selects(s, desired))
                .map(KubeObject::name)
                .sorted()
                .toList();
        List<String> through = with(version, routes.kind(), namespace).stream()
                .filter(r -> routes.servicesOf(r).stream().anyMatch(services::contains))
                .map(KubeObject::name)
                .sorted()
                .toList();
        List<String> own = TrafficShare.of(live).map(TrafficShare::routes).orElse(List.of());
        port.list(Selection.of(version, routes.kind(), namespace)).stream()
                .filter(r -> through.contains(r.name()) && TrafficRoutes.isSplit(r) && !own.contains(r.name()))
                .findFirst()
                .ifPresent(r -> {
                    throw refused(
                            live,
                            r.ref() + " is split for another workload",
                            "Release one after the other the workloads that share a route, or leave traffic out");
                });
        if (through.isEmpty()) {
            throw refused(
                    live,
                    services.isEmpty()
                            ? "no Service selects its pods"
                            : "no " + routes.kind() + " sends requests to Service " + String.join(", ", services),
                    "Name the controller whose routes lead to it, or leave traffic out");
        }
        services.stream()
                .filter(s -> TrafficSplit.canary(s).length() > LONGEST_NAME)
                .findFirst()
                .ifPresent(s -> {
                    throw refused(live, "the name of Service " + s + " is too long", "Leave traffic out");
                });
        return new TrafficShare(release, traffic, stable(live, serving), services, through);
    }

    private static boolean selects(KubeObject service, KubeObject workload) {
        Map<String, String> selector = service.strings("spec", "selector");
        Map<String, String> labels = workload.strings("spec", "template", "metadata", "labels");
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }

    private Collection<KubeObject> with(String version, String kind, String namespace) {
        Map<ObjectRef, KubeObject> found = new LinkedHashMap<>();
        port.list(Selection.of(version, kind, namespace)).forEach(o -> found.put(o.ref(), o));
        planned.stream()
                .filter(o -> o.ref().kind().equals(kind)
                        && o.namespace().equals(namespace)
                        && o.ref().group().equals(group(version)))
                .forEach(o -> found.put(new ObjectRef(version, kind, namespace, o.name()), o));
        return found.values();
    }

    private static String group(String version) {
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }

    /** The pods that go on serving: of those that did before all unfinished releases, as long as they do. */
    private String stable(KubeObject live, Revision serving) {
        List<KubeObject> ready = Revisions.replicaSets(port, live).stream()
                .filter(set -> set.numberOr(0, "status", "readyReplicas") > 0)
                .toList();
        Optional<String> before = TrafficShare.of(live).map(TrafficShare::stable);
        return ready.stream()
                .filter(set -> before.filter(hash(set)::equals).isPresent())
                .findFirst()
                .or(() -> ready.stream()
                        .filter(set -> set.name().equals(serving.name()))
                        .findFirst())
                .or(() -> ready.stream().findFirst())
                .map(TrafficPlan::hash)
                .orElseThrow(() -> refused(live, "none of its pods is ready", "Leave traffic out for once"));
    }

    private static String hash(KubeObject set) {
        return set.labels().getOrDefault(TrafficShare.HASH, "");
    }

    /** What users should know of the routes that are split. */
    Set<String> warnings(TrafficShare share, String namespace) {
        TrafficRoutes routes = TrafficRoutes.of(share.traffic()).orElseThrow();
        String version = routes.version(port.apis().versionsOf(routes.kind())).orElseThrow();
        Set<String> warnings = new LinkedHashSet<>();
        with(version, routes.kind(), namespace).stream()
                .filter(r -> share.routes().contains(r.name()))
                .map(routes::warning)
                .filter(w -> !w.isEmpty())
                .forEach(warnings::add);
        return warnings;
    }

    private static ReleaseException refused(KubeObject workload, String reason, String remedy) {
        return ReleaseException.refused(
                ATTEMPT, workload.ref().toString(), reason + ". Nothing was changed", remedy, words());
    }

    private static String[] words() {
        return Arrays.stream(Traffic.values()).map(Strategy::word).toArray(String[]::new);
    }
}
