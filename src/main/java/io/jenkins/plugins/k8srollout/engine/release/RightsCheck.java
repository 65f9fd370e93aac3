package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficRoutes;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out in one go whether the credentials suffice for a plan, so that a release does not stop half way for them. */
final class RightsCheck {
    private static final Set<String> CONVENIENT = Set.of("watch", "delete");

    private final ClusterPort port;
    private final ReleasePlan plan;
    private final LiveObjects live;
    private final List<AccessRight> forNamespaces;
    // Whoever answers a release that may wait for an answer finds it in the history.
    private final List<AccessRight> forHistory;
    // What a split needs is made besides the plan's own objects.
    private final Set<AccessRight> forTraffic = new LinkedHashSet<>();

    /** @param missingNamespaces those that the release is going to create */
    RightsCheck(ClusterPort port, ReleasePlan plan, Set<String> missingNamespaces, LiveObjects live) {
        this.port = port;
        this.live = live;
        this.plan = plan;
        this.forNamespaces = missingNamespaces.isEmpty() ? List.of() : RequiredRights.toCreateNamespace();
        boolean held = plan.request().strategy().inBatches().isPresent()
                && plan.objects().stream().anyMatch(o -> Holds.isHoldable(o.ref()));
        // To delete old ones, and to notice an answer from elsewhere, are conveniences.
        this.forHistory = held
                ? RequiredRights.toKeepHistory(plan.request().namespace()).stream()
                        .filter(right -> !CONVENIENT.contains(right.verb()))
                        .toList()
                : List.of();
    }

    /** @throws ReleaseException (not permitted) that names every missing right and the Role that grants them */
    void check() {
        Set<AccessRight> needed = new LinkedHashSet<>(forNamespaces);
        plan.objects().forEach(object -> {
            add(needed, object.ref(), "get", "patch", "create");
        });
        if (plan.request().awaitHealthy() && !plan.request().dryRun()) {
            watched()
                    .forEach(s ->
                            add(needed, new ObjectRef(s.apiVersion(), s.kind(), s.namespace(), ""), "list", "watch"));
            plan.objects().forEach(object -> addForBatches(needed, object));
            addForTraffic();
            needed.addAll(forTraffic);
            plan.objects().forEach(object -> addForColours(needed, object));
            needed.addAll(forHistory);
            if (plan.request().onFailure() == OnFailure.ROLLBACK) {
                plan.objects().forEach(object -> addForRollback(needed, object));
            }
        }
        if (plan.request().cronJobs() == CronJobs.SUSPEND) {
            plan.objects().stream()
                    .filter(o -> o.has("spec", "selector", "matchLabels"))
                    .map(KubeObject::namespace)
                    .distinct()
                    .forEach(namespace -> addForCronJobs(needed, namespace));
        }
        List<AccessRight> missing = new ArrayList<>(port.missingRights(List.copyOf(needed)));
        missing.removeIf(right -> right.verb().equals("create") && !isCreated(right, missing));
        if (!missing.isEmpty()) {
            throw new ReleaseException(problem(missing));
        }
    }

    private List<Selection> watched() {
        List<WaitRequest.Target> targets = plan.objects().stream()
                .map(KubeObject::ref)
                .filter(ref -> !HealthRules.isHealthyByExisting(ref))
                .map(ref -> new WaitRequest.Target(ref, 0))
                .toList();
        return WatchPlan.of(targets, port.apis());
    }

    /** What {@link Revisions} reads, {@link Rollback} does, and the explanation of the failure shows. */
    private void addForRollback(Set<AccessRight> needed, KubeObject workload) {
        if (!Revisions.KINDS.contains(workload.kind())) {
            return;
        }
        boolean deployment = workload.kind().equals("Deployment");
        String namespace = workload.namespace();
        add(
                needed,
                new ObjectRef("apps/v1", deployment ? "ReplicaSet" : "ControllerRevision", namespace, ""),
                "get",
                "list");
        if (workload.kind().equals("StatefulSet")) {
            add(needed, new ObjectRef("v1", "Pod", namespace, ""), "delete");
        }
        needed.add(new AccessRight("get", "", "pods/log", namespace));
    }

    /** A DaemonSet goes from batch to batch by our deleting its old pods. */
    private void addForBatches(Set<AccessRight> needed, KubeObject workload) {
        if (workload.kind().equals("DaemonSet")
                && plan.request().strategy().inBatches().isPresent()) {
            add(needed, new ObjectRef("v1", "Pod", workload.namespace(), ""), "delete");
        }
    }

    /** What {@link TrafficPlan} reads and {@link TrafficShift} does. */
    private void addForTraffic() {
        if (!(plan.request().strategy() instanceof Strategy.Canary canary)) {
            return;
        }
        TrafficRoutes.of(canary.traffic()).ifPresent(routes -> plan.objects().stream()
                .filter(o -> o.kind().equals("Deployment"))
                .map(KubeObject::namespace)
                .distinct()
                .forEach(namespace -> {
                    ObjectRef service = new ObjectRef("v1", "Service", namespace, "");
                    add(forTraffic, service, "get", "list", "create", "patch", "delete");
                    add(forTraffic, new ObjectRef("apps/v1", "ReplicaSet", namespace, ""), "get", "list");
                    Selection endpoints = WatchPlan.endpoints(namespace, port.apis());
                    add(
                            forTraffic,
                            new ObjectRef(endpoints.apiVersion(), endpoints.kind(), namespace, ""),
                            "list",
                            "watch");
                    routes.version(port.apis().versionsOf(routes.kind())).ifPresent(version -> {
                        add(forTraffic, new ObjectRef(version, routes.kind(), namespace, ""), "get", "list", "patch");
                        routes.companionKinds()
                                .forEach(kind -> add(
                                        forTraffic,
                                        new ObjectRef(version, kind, namespace, ""),
                                        "get",
                                        "list",
                                        "create",
                                        "patch",
                                        "delete"));
                    });
                }));
    }

    /** The Services that are switched need not be among the release's own objects. */
    private void addForColours(Set<AccessRight> needed, KubeObject workload) {
        if (workload.kind().equals("Deployment") && plan.request().strategy() instanceof Strategy.BlueGreen) {
            add(needed, new ObjectRef("v1", "Service", workload.namespace(), ""), "get", "list", "patch");
            add(needed, new ObjectRef("apps/v1", "ReplicaSet", workload.namespace(), ""), "list");
        }
    }

    private void addForCronJobs(Set<AccessRight> needed, String namespace) {
        CronJobGuard.served(port).ifPresent(version -> {
            ObjectRef cronJobs = new ObjectRef(version, "CronJob", namespace, "");
            add(needed, cronJobs, "get", "list");
            if (!plan.request().dryRun()) {
                add(needed, cronJobs, "patch");
                add(needed, new ObjectRef("batch/v1", "Job", namespace, ""), "list", "watch");
            }
        });
    }

    // A kind that only the release brings cannot be asked about; who may add its definition mostly may use it.
    private void add(Set<AccessRight> needed, ObjectRef ref, String... verbs) {
        port.apis().resource(ref.apiVersion(), ref.kind()).ifPresent(resource -> {
            for (String verb : verbs) {
                String namespace = resource.namespaced() ? ref.namespace() : "";
                needed.add(new AccessRight(verb, ref.group(), resource.plural(), namespace));
            }
        });
    }

    // To create is only needed for what does not exist; who may not look needs more than that anyway.
    private boolean isCreated(AccessRight right, List<AccessRight> missing) {
        if (forNamespaces.contains(right) || forHistory.contains(right) || forTraffic.contains(right)) {
            return true;
        }
        boolean blind = missing.contains(new AccessRight("get", right.group(), right.resource(), right.namespace()));
        return blind || plan.objects().stream().filter(o -> isOf(o, right)).anyMatch(o -> !live.isPresent(o.ref()));
    }

    private boolean isOf(KubeObject object, AccessRight right) {
        return object.ref().group().equals(right.group())
                && object.namespace().equals(right.namespace())
                && port.apis()
                        .resource(object.apiVersion(), object.kind())
                        .filter(r -> r.plural().equals(right.resource()))
                        .isPresent();
    }

    private Problem problem(List<AccessRight> missing) {
        String rights = missing.stream().map(RightsCheck::words).collect(Collectors.joining("; "));
        return new Problem(
                Problem.Kind.NOT_PERMITTED,
                "release",
                "namespace " + plan.request().namespace(),
                "the credentials for " + port.address() + " lack these rights: " + rights + ". Nothing was changed",
                "Have somebody apply this and bind it to the user:\n"
                        + RequiredRights.additionYaml(missing).stripTrailing());
    }

    private static String words(AccessRight right) {
        String where = right.namespace().isEmpty() ? " in the whole cluster" : " in namespace " + right.namespace();
        return right.verb() + " " + right.resource() + where;
    }
}
