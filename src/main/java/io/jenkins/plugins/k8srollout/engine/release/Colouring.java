package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.strategy.ColourRoute;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.MountedConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Deployments of a plan that get a second colour: which Services have to be bound to the first one, and whether that
 * can be done at all. Asks before the first change; blocks while the server answers; serves one release.
 */
final class Colouring {
    private static final String ATTEMPT = "release blue-green";

    private final ClusterPort port;
    private final ProgressSink sink;
    private final Map<ObjectRef, Bound> bound = new LinkedHashMap<>();
    private List<KubeObject> desired = List.of();
    private List<ObjectRef> changedConfig = List.of();
    private Map<ObjectRef, KubeObject> answered = Map.of();

    /** A Deployment's Services as they are, and as the release wants them. */
    private record Bound(Colours colours, List<KubeObject> live, List<KubeObject> planned) {}

    Colouring(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /**
     * @param objects all that the release applies
     * @param contents the ConfigMaps and Secrets among them that it changes
     * @param answered what the server would make of those that exist
     */
    void plan(List<KubeObject> objects, List<PastContent> contents, Map<ObjectRef, KubeObject> answered) {
        desired = objects;
        this.answered = Map.copyOf(answered);
        changedConfig = contents.stream().map(PastContent::ref).toList();
    }

    /** @throws ReleaseException (refused input) if pods of this kind cannot have two colours, and are to change */
    static void refuseKind(KubeObject object, boolean replaces) {
        if (!object.kind().equals("Deployment") && replaces) {
            throw refused(
                    object.ref(),
                    "the pods of a " + object.kind() + " cannot run twice: each has a name or a node of its own",
                    "Release it with another strategy, in a release of its own (batches, rolling)");
        }
        boolean recreate = object.text("spec", "strategy", "type")
                .filter("Recreate"::equals)
                .isPresent();
        if (recreate && replaces) {
            throw refused(
                    object.ref(),
                    "its manifest wants the strategy Recreate, so that two versions never run together",
                    "Release it with the strategy recreate, or take that out of the manifest if both may run");
        }
    }

    /**
     * Finds the Services of one Deployment.
     *
     * @param object as the plan wants it
     * @param live as it is
     * @return whether it gets a second colour; not if none of its pods is ready, so that nobody is served anyway, nor if
     *     those that serve are what is released
     * @throws ReleaseException (refused input) if its Services cannot be bound to one colour
     */
    boolean prepare(String release, KubeObject object, KubeObject live) {
        List<KubeObject> sets = Revisions.replicaSets(port, live);
        Optional<Colours> begun = Colours.of(live, release);
        Optional<String> serving = begun.map(Colours::old).or(() -> serving(live, sets));
        if (serving.isEmpty()) {
            say(Severity.INFO, live.ref() + " has no ready pod to keep: it is released as its manifest says");
            return false;
        }
        Optional<KubeObject> old = sets.stream()
                .filter(r -> ColourRouting.colour(r).equals(serving.get()))
                .findFirst();
        if (begun.isEmpty() && old.filter(o -> isReleased(object.ref(), o)).isPresent()) {
            say(Severity.INFO, live.ref() + " is served by the pods that are released: there is nothing to switch");
            return false;
        }
        Map<String, String> oldLabels = old.map(Colouring::labels).orElse(labels(live));
        Map<String, String> newLabels = labels(object);
        List<KubeObject> services = ColourRouting.services(port, live.namespace()).stream()
                .filter(s -> ColourRoute.selects(wanted(s), oldLabels) || ColourRoute.selects(s, oldLabels))
                .toList();
        List<KubeObject> planned = desired.stream()
                .filter(o -> o.kind().equals("Service") && o.namespace().equals(live.namespace()))
                .filter(s -> ColourRoute.selects(s, oldLabels))
                .toList();
        if (services.isEmpty() && planned.isEmpty()) {
            throw refused(
                    live.ref(),
                    "no Service selects its pods, so that there is nothing to switch",
                    "Add the Service, or release with the strategy rolling or batches");
        }
        services.forEach(s -> check(s, live, oldLabels, newLabels, sets));
        bound.put(object.ref(), new Bound(begun.orElse(Colours.of(release, serving.get())), services, planned));
        tellSharedConfig(live);
        return true;
    }

    // As after a release that has failed and was left: the new pods would be the old ones.
    private boolean isReleased(ObjectRef ref, KubeObject replicaSet) {
        return Optional.ofNullable(answered.get(ref))
                .filter(after -> ColourEnd.isOf(after, replicaSet))
                .isPresent();
    }

    private static Optional<String> serving(KubeObject live, List<KubeObject> sets) {
        List<KubeObject> ready = sets.stream()
                .filter(r -> r.numberOr(0, "status", "readyReplicas") > 0)
                .toList();
        if (ready.size() > 1) {
            throw refused(
                    live.ref(),
                    "pods of " + ready.size() + " revisions serve at once (ReplicaSets "
                            + ready.stream().map(KubeObject::name).collect(Collectors.joining(", "))
                            + "), so that there is no old colour",
                    Hold.of(live).isPresent()
                            ? "End the release that holds it first: k8s-rollout continue, or continue --rollback"
                            : "Wait until its rollout is complete (kubectl rollout status), or undo it");
        }
        return ready.stream().findFirst().map(ColourRouting::colour).filter(c -> !c.isEmpty());
    }

    private void check(
            KubeObject service,
            KubeObject live,
            Map<String, String> oldLabels,
            Map<String, String> newLabels,
            List<KubeObject> sets) {
        KubeObject then = wanted(service);
        if (!ColourRoute.selects(then, oldLabels) || !ColourRoute.selects(then, newLabels)) {
            throw refused(
                    service.ref(),
                    "its selector does not fit both the present and the new pods of " + live.ref()
                            + ", so that it would serve nobody before or after the switch",
                    "Change labels and selector in a release of their own, with the strategy rolling");
        }
        Set<String> own = sets.stream().map(KubeObject::uid).collect(Collectors.toSet());
        port.list(Selection.of("v1", "Pod", live.namespace())).stream()
                .filter(p -> ColourRoute.selects(service, p.labels()))
                .filter(p -> isForeign(p, own))
                .findFirst()
                .ifPresent(p -> {
                    throw refused(
                            service.ref(),
                            "it selects " + p.ref() + ", too, which does not belong to " + live.ref()
                                    + " and would no longer be served",
                            "Give the Service a selector of its own, or release with the strategy batches");
                });
    }

    // Pods of Jobs with the labels of the workload are no backend that anybody has meant.
    private static boolean isForeign(KubeObject pod, Set<String> own) {
        boolean ended = pod.text("status", "phase").orElse("").matches("Succeeded|Failed")
                || pod.has("metadata", "deletionTimestamp");
        return !ended
                && pod.children("metadata", "ownerReferences").stream()
                        .noneMatch(o -> own.contains(o.text("uid").orElse(""))
                                || o.text("kind").filter("Job"::equals).isPresent());
    }

    private KubeObject wanted(KubeObject service) {
        return desired.stream().filter(o -> isSame(o, service)).findFirst().orElse(service);
    }

    private static boolean isSame(KubeObject object, KubeObject other) {
        return object.kind().equals(other.kind())
                && object.namespace().equals(other.namespace())
                && object.name().equals(other.name());
    }

    private static Map<String, String> labels(KubeObject workload) {
        return workload.strings("spec", "template", "metadata", "labels");
    }

    // A mounted ConfigMap is one file for both colours.
    private void tellSharedConfig(KubeObject live) {
        List<String> shared = new ArrayList<>();
        changedConfig.stream()
                .filter(ref -> ref.namespace().equals(live.namespace()))
                .filter(ref -> MountedConfig.mounts(live, ref))
                .forEach(ref -> shared.add(ref.toString()));
        if (!shared.isEmpty()) {
            say(
                    Severity.WARNING,
                    live.ref() + " mounts what this release changes: " + String.join(", ", shared)
                            + ". Within about a minute the pods of the old colour see the new content, too, before the"
                            + " switch and after a switch back until it is returned. Configuration whose name changes"
                            + " with its content (settings-2) keeps the colours apart");
        }
    }

    /** What is applied in a Service's place: bound to the old colour, if it is one of those. */
    KubeObject wantedBound(KubeObject object) {
        for (Map.Entry<ObjectRef, Bound> entry : bound.entrySet()) {
            Bound one = entry.getValue();
            if (one.planned().stream().anyMatch(s -> isSame(s, object))) {
                KubeObject booked = port.booked(object.ref()).orElse(KubeObject.empty());
                Colours colours = one.colours();
                return ColourRoute.begin(
                                booked, colours.release(), entry.getKey().name(), true)
                        .bound(object, colours.serving());
            }
        }
        return object;
    }

    /** Binds the Services of all Deployments to their old colours, before anything is applied. */
    void bind() {
        ColourRouting routing = new ColourRouting(port, sink);
        bound.forEach((ref, one) -> routing.bind(ref, one.colours(), one.live()));
    }

    /** Frees the Services of Deployments that have no second colour yet, after applying has failed. */
    void abandon(String release) {
        bound.keySet().forEach(ref -> new ColourEnd(port, sink).freeIfSingle(ref, release));
    }

    private void say(Severity severity, String text) {
        sink.accept(new ProgressEvent.Notice(severity, text));
    }

    private static ReleaseException refused(ObjectRef ref, String reason, String remedy) {
        return new ReleaseException(new Problem(
                Problem.Kind.REFUSED_INPUT, ATTEMPT, ref.toString(), reason + ". Nothing was changed", remedy));
    }
}
