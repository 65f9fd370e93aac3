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
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
     * @throws ReleaseException (refused input) if no such route leads to the Deployment, or one cannot be split
     */
    TrafficShare of(String release, Traffic traffic, KubeObject desired, KubeObject live, Revision serving) {
        TrafficRoutes routes = TrafficRoutes.of(traffic).orElseThrow();
        String version = routes.version(port.apis().versionsOf(routes.kind()))
                .orElseThrow(() -> refused(
                        live,
                        "the cluster serves no " + routes.kind(),
                        "Name the controller whose routes lead to it, or leave traffic out"));
        Set<String> services = services(desired);
        Map<KubeObject, KubeObject> through = through(routes, version, live, services);
        if (through.isEmpty()) {
            throw refused(
                    live,
                    services.isEmpty()
                            ? "no Service selects its pods"
                            : "no " + routes.kind() + " sends requests to Service " + String.join(", ", services),
                    "Name the controller whose routes lead to it, or leave traffic out");
        }
        through.forEach((route, original) -> check(routes, live, route, original, services));
        requireFree(routes, live, through.values(), services);
        List<String> names = through.keySet().stream().map(KubeObject::name).toList();
        return new TrafficShare(release, traffic, stable(live, serving), List.copyOf(services), names);
    }

    /** Whether a release that splits requests to this Deployment can go on with a split that another has begun. */
    boolean goesOn(TrafficShare share, KubeObject desired) {
        TrafficRoutes routes = TrafficRoutes.of(share.traffic()).orElseThrow();
        Optional<String> version = routes.version(port.apis().versionsOf(routes.kind()));
        Set<String> services = services(desired);
        if (version.isEmpty() || !services.containsAll(share.services())) {
            return false;
        }
        Set<String> present = new HashSet<>();
        port.list(Selection.of(version.get(), routes.kind(), desired.namespace()))
                .forEach(r -> present.add(r.name()));
        present.retainAll(share.routes());
        through(routes, version.get(), desired, services).keySet().forEach(r -> present.remove(r.name()));
        return present.isEmpty();
    }

    private Set<String> services(KubeObject desired) {
        Set<String> services = new TreeSet<>();
        with("v1", "Service", desired.namespace()).stream()
                .filter(s -> selects(s, desired))
                .forEach(s -> services.add(s.name()));
        return services;
    }

    /** The routes that lead to Services of the workload, by name, each with what it is without a split. */
    private Map<KubeObject, KubeObject> through(
            TrafficRoutes routes, String version, KubeObject workload, Set<String> services) {
        Map<KubeObject, KubeObject> through = new LinkedHashMap<>();
        with(version, routes.kind(), workload.namespace()).stream()
                .sorted(Comparator.comparing(KubeObject::name))
                .forEach(route -> {
                    Optional<KubeObject> original =
                            TrafficRoutes.isSplit(route) ? routes.original(route, services) : Optional.of(route);
                    boolean unknown = original.isEmpty();
                    KubeObject known = original.orElse(route);
                    if (unknown || routes.servicesOf(known).stream().anyMatch(services::contains)) {
                        through.put(route, known);
                    }
                });
        return through;
    }

    private void check(
            TrafficRoutes routes, KubeObject workload, KubeObject route, KubeObject original, Set<String> services) {
        ObjectRef ref = route.ref();
        List<String> own = TrafficShare.of(workload).map(TrafficShare::routes).orElse(List.of());
        boolean split = port.get(ref).filter(TrafficRoutes::isSplit).isPresent();
        if (split && !own.contains(ref.name())) {
            throw refused(
                    workload,
                    ref + " is split for another workload",
                    "Release one after the other the workloads that share a route, or leave traffic out");
        }
        if (TrafficRoutes.isSplit(route) && routes.original(route, services).isEmpty()) {
            throw refused(
                    workload,
                    ref + " is split, and its annotation " + TrafficRoutes.ANNOTATION + " is damaged",
                    "Name its Services in it as before and remove the annotation, or leave traffic out");
        }
        Set<String> named = routes.servicesOf(original);
        for (String service : services) {
            if (named.contains(TrafficSplit.stable(service)) || named.contains(TrafficSplit.canary(service))) {
                throw refused(
                        workload,
                        ref + " leads to " + TrafficSplit.stable(service) + " or " + TrafficSplit.canary(service)
                                + " already, names that the split needs",
                        "Rename those Services, or leave traffic out");
            }
        }
        String refusal = routes.refusal(original, services);
        if (!refusal.isEmpty()) {
            throw refused(workload, ref + " cannot be split: " + refusal, "Change the route, or leave traffic out");
        }
    }

    private void requireFree(
            TrafficRoutes routes, KubeObject workload, Collection<KubeObject> originals, Set<String> services) {
        TrafficCompanions companions = new TrafficCompanions(port);
        for (String service : services) {
            if (TrafficSplit.canary(service).length() > LONGEST_NAME) {
                throw refused(workload, "the name of Service " + service + " is too long", "Leave traffic out");
            }
            for (String name : List.of(TrafficSplit.stable(service), TrafficSplit.canary(service))) {
                companions.requireFree(workload, new ObjectRef("v1", "Service", workload.namespace(), name));
            }
        }
        originals.stream()
                .flatMap(original -> routes.companions(original, services).stream())
                .map(KubeObject::ref)
                .distinct()
                .forEach(ref -> companions.requireFree(workload, ref));
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
    Set<String> warnings(TrafficShare share, KubeObject workload) {
        TrafficRoutes routes = TrafficRoutes.of(share.traffic()).orElseThrow();
        String version = routes.version(port.apis().versionsOf(routes.kind())).orElseThrow();
        Set<String> warnings = new LinkedHashSet<>();
        through(routes, version, workload, Set.copyOf(share.services())).values().stream()
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
