package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityFacts;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlan;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityPlanner;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest;
import io.jenkins.plugins.k8srollout.engine.affinity.AffinityTarget.Kind;
import io.jenkins.plugins.k8srollout.engine.affinity.IngressFacts;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads what a cluster holds, plans affinity and carries the plan out. Blocks while the server answers. */
public final class AffinityRun {
    private final ClusterPort port;
    private final ProgressSink sink;

    public AffinityRun(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /**
     * Changes nothing.
     *
     * @throws ReleaseException if the target does not exist, its controller is not known or cannot express the request
     */
    public AffinityPlan plan(AffinityRequest request) {
        return AffinityPlanner.plan(request, facts(request));
    }

    /**
     * Plans and patches; a second time changes nothing.
     *
     * @throws ReleaseException as {@link #plan}, and if the server refuses
     */
    public AffinityPlan apply(AffinityRequest request) {
        return apply(request, plan(request));
    }

    /**
     * Patches as planned.
     *
     * @param plan of {@code request}
     * @return {@code plan}
     * @throws ReleaseException if the server refuses
     */
    public AffinityPlan apply(AffinityRequest request, AffinityPlan plan) {
        plan.losses().forEach(loss -> sink.accept(new ProgressEvent.Notice(Severity.WARNING, loss.toString())));
        plan.warnings().forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.WARNING, text)));
        List<String> changed = new ArrayList<>();
        for (AffinityPlan.Change change : plan.changes()) {
            try {
                port.patch(change.object(), change.patch());
            } catch (ReleaseException e) {
                throw changed.isEmpty() ? e : partly(e, changed);
            }
            changed.add(change.object().toString());
            sink.accept(new ProgressEvent.Applied(
                    change.object(), ProgressEvent.Applied.Change.CHANGED, false, difference(change)));
        }
        if (plan.changes().isEmpty()) {
            sink.accept(new ProgressEvent.Notice(Severity.INFO, "Affinity of " + request.target() + " is as wanted"));
        }
        return plan;
    }

    private static ReleaseException partly(ReleaseException e, List<String> changed) {
        Problem p = e.problem();
        String reason = p.reason() + "; before that " + String.join(", ", changed) + " was changed, and stays so";
        return new ReleaseException(
                new Problem(p.kind(), p.attempted(), p.object(), reason, p.remedy(), p.validValues()), e);
    }

    private AffinityFacts facts(AffinityRequest request) {
        String namespace = request.namespace();
        List<KubeObject> ingresses = port.list(Selection.of(ingressVersion("Ingress"), "Ingress", namespace));
        Set<String> names = request.target().kind() == Kind.SERVICE
                ? Set.of(request.target().name())
                : servicesOf(ingresses, request.target().name());
        List<KubeObject> services = names.stream()
                .map(name -> port.get(new ObjectRef("v1", "Service", namespace, name)))
                .flatMap(Optional::stream)
                .toList();
        return new AffinityFacts(ingresses, services, classes(request));
    }

    private static Set<String> servicesOf(List<KubeObject> ingresses, String name) {
        return ingresses.stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .map(IngressFacts::servicesOf)
                .orElse(Set.of());
    }

    private List<KubeObject> classes(AffinityRequest request) {
        boolean needed = !request.remove()
                && request.controller().isEmpty()
                && request.clientIpSeconds().isEmpty();
        if (!needed || port.apis().versionsOf("IngressClass").isEmpty()) {
            return List.of();
        }
        try {
            return port.list(Selection.of(ingressVersion("IngressClass"), "IngressClass", ""));
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
            throw new ReleaseException(
                    new Problem(
                            Problem.Kind.NOT_PERMITTED,
                            "find the controller of",
                            request.target() + " in namespace " + request.namespace(),
                            "the credentials may not list IngressClasses, which are cluster-wide",
                            "Set controller (--controller), or grant list on ingressclasses.networking.k8s.io"),
                    e);
        }
    }

    /** The newest version served; Ingress has had three homes. */
    private String ingressVersion(String kind) {
        Set<String> served = port.apis().versionsOf(kind);
        return Stream.of("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1")
                .filter(served::contains)
                .findFirst()
                .orElse("networking.k8s.io/v1");
    }

    /** Annotations and affinity fields hold no secrets, so the values may be shown. */
    private static String difference(AffinityPlan.Change change) {
        Map<String, String> before = visible(change.before());
        Map<String, String> after = visible(change.after());
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        StringBuilder text = new StringBuilder();
        for (String key : keys) {
            String was = before.get(key);
            String is = after.get(key);
            if (was != null && !was.equals(is)) {
                text.append("- ").append(key).append(": ").append(was).append('\n');
            }
            if (is != null && !is.equals(was)) {
                text.append("+ ").append(key).append(": ").append(is).append('\n');
            }
        }
        return text.toString();
    }

    private static Map<String, String> visible(KubeObject object) {
        Map<String, String> fields = new TreeMap<>(object.annotations());
        fields.remove(AffinityPlan.MEMORY);
        object.text("spec", "sessionAffinity").ifPresent(v -> fields.put("sessionAffinity", v));
        object.number("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
                .ifPresent(v -> fields.put("sessionAffinityConfig.clientIP.timeoutSeconds", v.toString()));
        return fields;
    }
}
