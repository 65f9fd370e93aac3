package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityDialect.Place;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityTarget.Kind;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns a request and the cluster's facts into a plan. Pure. */
public final class AffinityPlanner {
    private final AffinityRequest request;
    private final AffinityFacts facts;
    private final Set<String> warnings = new LinkedHashSet<>();

    private AffinityPlanner(AffinityRequest request, AffinityFacts facts) {
        this.request = request;
        this.facts = facts;
    }

    /**
     * @throws ReleaseException (refused input) if the controller is not known or cannot express what was asked for, (not
     *     found) if the target is not among the facts; nothing has been changed then
     */
    public static AffinityPlan plan(AffinityRequest request, AffinityFacts facts) {
        if (request.target().kind() == Kind.HTTP_ROUTE) {
            // sessionPersistence is in Gateway API's experimental channel only (GEP-1619); few clusters have the field.
            throw ReleaseException.refused(
                    "set affinity",
                    request.target().toString(),
                    "Gateway API's sessionPersistence is experimental and not written yet",
                    "Name an ingress, or a service together with clientIP (--client-ip)");
        }
        AffinityPlanner planner = new AffinityPlanner(request, facts);
        return request.remove() ? planner.removal() : planner.settlement();
    }

    private AffinityPlan removal() {
        List<AffinityPlan.Change> changes = new ArrayList<>();
        for (KubeObject object : scope()) {
            AffinityEdit edit = new AffinityEdit(object);
            edit.undo();
            warnings.addAll(edit.warnings());
            edit.change().ifPresent(changes::add);
        }
        return new AffinityPlan("", Optional.empty(), changes, List.of(), List.copyOf(warnings));
    }

    private AffinityPlan settlement() {
        AffinityDialect dialect = dialect();
        Map<KubeObject, AffinityEdit> edits = new LinkedHashMap<>();
        scope().forEach(object -> edits.put(object, new AffinityEdit(object)));
        Set<AffinityPlan.Loss> losses = new LinkedHashSet<>();
        Set<KubeObject> carriers = carriers(dialect);
        edits.forEach((object, edit) -> {
            Translation translation = new Translation(edit.undo());
            warnings.addAll(edit.warnings());
            if (carriers.contains(object)) {
                dialect.translate(request, translation);
                losses.addAll(translation.losses());
                warnings.addAll(translation.warnings());
                edit.set(dialect.name(), translation.settings());
            }
        });
        refuse(dialect, losses);
        warnAboutSharedServices(dialect);
        warnings.add(
                "Sessions kept in a pod's memory or on its own disk end with that pod, however its clients are bound");
        return new AffinityPlan(
                dialect.name(),
                Optional.of(request.cookie().nameOrDefault()).filter(name -> dialect.hasNamedCookie()),
                edits.values().stream()
                        .map(AffinityEdit::change)
                        .flatMap(Optional::stream)
                        .toList(),
                List.copyOf(losses),
                List.copyOf(warnings));
    }

    private AffinityDialect dialect() {
        if (request.clientIpSeconds().isPresent()) {
            return AffinityDialects.named("service-client-ip");
        }
        if (!request.controller().isEmpty()) {
            return AffinityDialects.named(request.controller());
        }
        if (request.target().kind() == Kind.INGRESS) {
            return ControllerChoice.of(targetIngress(), facts.classes());
        }
        Set<AffinityDialect> found = ingressesOf(request.target().name())
                .map(i -> ControllerChoice.of(i, facts.classes()))
                .collect(Collectors.toSet());
        if (found.size() != 1) {
            throw ReleaseException.refused(
                    "find the controller for",
                    request.target().toString(),
                    found.isEmpty() ? "no Ingress routes to it" : "Ingresses of different controllers route to it",
                    "Set controller (--controller), or clientIP (--client-ip) for affinity by client address",
                    AffinityDialects.names().toArray(String[]::new));
        }
        return found.iterator().next();
    }

    /** The objects that this dialect writes to. */
    private Set<KubeObject> carriers(AffinityDialect dialect) {
        if (dialect.place() == Place.SERVICE) {
            return Set.copyOf(services());
        }
        if (request.target().kind() != Kind.INGRESS) {
            throw ReleaseException.refused(
                    "set affinity",
                    request.target().toString(),
                    dialect.name() + " reads it from the Ingress, not from the Service",
                    "Set ingress instead of service",
                    ingressesOf(request.target().name()).map(KubeObject::name).toArray(String[]::new));
        }
        return Set.of(targetIngress());
    }

    /** All objects that may have been written to, now or by an earlier request for another controller. */
    private List<KubeObject> scope() {
        if (request.target().kind() == Kind.SERVICE) {
            return services();
        }
        return Stream.concat(Stream.of(targetIngress()), facts.services().stream())
                .toList();
    }

    private List<KubeObject> services() {
        Set<String> wanted = request.target().kind() == Kind.SERVICE
                ? Set.of(request.target().name())
                : IngressFacts.servicesOf(targetIngress());
        for (String name : wanted) {
            if (facts.services().stream().noneMatch(s -> s.name().equals(name))) {
                throw notFound("Service/" + request.namespace() + "/" + name, "Create it first, or correct the name");
            }
        }
        if (wanted.isEmpty()) {
            throw notFound("a Service behind " + request.target(), "Let the Ingress route to a Service");
        }
        return facts.services();
    }

    private KubeObject targetIngress() {
        String name = request.target().name();
        return facts.ingresses().stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ReleaseException(new Problem(
                        Problem.Kind.NOT_FOUND,
                        "set affinity",
                        "Ingress/" + request.namespace() + "/" + name,
                        "it does not exist",
                        "Release it first, or correct the name",
                        facts.ingresses().stream().map(KubeObject::name).toList())));
    }

    private static ReleaseException notFound(String object, String remedy) {
        return new ReleaseException(
                new Problem(Problem.Kind.NOT_FOUND, "set affinity", object, "it does not exist", remedy));
    }

    private Stream<KubeObject> ingressesOf(String service) {
        return facts.ingresses().stream().filter(i -> IngressFacts.servicesOf(i).contains(service));
    }

    private void refuse(AffinityDialect dialect, Set<AffinityPlan.Loss> losses) {
        List<AffinityPlan.Loss> refused =
                losses.stream().filter(AffinityPlan.Loss::refused).toList();
        if (!refused.isEmpty()) {
            throw ReleaseException.refused(
                    "set affinity",
                    request.target() + " in namespace " + request.namespace(),
                    dialect.name() + " cannot express it: "
                            + refused.stream().map(AffinityPlan.Loss::toString).collect(Collectors.joining("; ")),
                    "Leave these options out to take what the controller does");
        }
    }

    private void warnAboutSharedServices(AffinityDialect dialect) {
        for (KubeObject service : facts.services()) {
            List<KubeObject> sharing = ingressesOf(service.name())
                    .sorted(Comparator.comparing(
                            i -> i.text("metadata", "creationTimestamp").orElse("")))
                    .toList();
            if (dialect instanceof ServiceClientIp && !sharing.isEmpty()) {
                warnings.add("Ingress " + names(sharing) + " routes to Service " + service.name()
                        + ": most controllers send requests straight to pods, where clientIP has no effect");
            } else if (sharing.size() > 1 && dialect.place() == Place.INGRESS) {
                warnings.add("Ingresses " + names(sharing) + " share Service " + service.name()
                        + ": with most controllers" + " the affinity of the oldest, "
                        + sharing.get(0).name() + ", holds for all");
            } else if (sharing.size() > 1) {
                warnings.add("Ingresses " + names(sharing) + " share Service " + service.name()
                        + ": its affinity holds for all of them");
            }
        }
    }

    private static String names(List<KubeObject> objects) {
        return objects.stream().map(KubeObject::name).collect(Collectors.joining(", "));
    }
}
