package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.health.HealthRules;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Carries a plan out. Everything that can be refused is asked of the server before the first change: rights, then each
 * object as a dry run. Blocks while the server answers; serves one release.
 */
public final class Deployer {
    private static final String ATTEMPT = "release";

    private final ClusterPort port;
    private final ProgressSink sink;
    private final Executor workers;
    private final List<WaitRequest.Target> targets = new ArrayList<>();
    private final Map<ObjectRef, Revision> previous = new LinkedHashMap<>();
    private final List<ObjectRef> created = new ArrayList<>();
    private int applied;

    /** @param workers runs several calls at once; must give each its thread, or run it at once */
    public Deployer(ClusterPort port, ProgressSink sink, Executor workers) {
        this.port = port;
        this.sink = sink;
        this.workers = workers;
    }

    /**
     * Asks whether all of the plan can be carried out. Changes nothing; in a dry run this is all, and the answers are
     * told.
     *
     * @throws ReleaseException with all that is missing or wrong
     */
    public void rehearse(ReleasePlan plan) {
        Set<String> missing = missingNamespaces(plan);
        new RightsCheck(port, plan).check();
        Rehearsal rehearsal = new Rehearsal(port, plan, missing, workers);
        Map<ObjectRef, ApplyResult> answers = rehearsal.run();
        rehearsal.unasked().forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.INFO, text)));
        if (plan.request().dryRun()) {
            answers.forEach((ref, answer) -> tell(answer, true));
        }
    }

    /**
     * Applies the plan in its order.
     *
     * @throws ReleaseException if the server refuses an object, or the thread is interrupted; {@link #token} tells what
     *     was applied until then
     */
    public void apply(ReleasePlan plan) {
        for (String namespace : missingNamespaces(plan)) {
            KubeObject object = KubeObject.of(
                    Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", namespace)));
            tell(port.apply(object, ApplyOptions.PLAIN), false);
        }
        for (KubeObject object : plan.objects()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ReleaseException(new Problem(
                        Problem.Kind.INTERRUPTED, ATTEMPT, object.ref().toString(), "the work was interrupted", ""));
            }
            apply(plan, object);
            applied++;
        }
    }

    private void apply(ReleasePlan plan, KubeObject object) {
        Optional<Revision> before = revision(object);
        ApplyResult result;
        try {
            result = port.apply(object, new ApplyOptions(false, plan.force()));
        } catch (ReleaseException e) {
            throw partly(plan, e);
        }
        ObjectRef ref = result.after().ref();
        if (!HealthRules.isHealthyByExisting(ref)) {
            targets.add(new WaitRequest.Target(ref, result.after().numberOr(0, "metadata", "generation")));
        }
        if (result.before().isEmpty() && PodTemplates.of(object).isPresent()) {
            created.add(ref);
        }
        if (result.before()
                .filter(b -> !template(b).equals(template(result.after())))
                .isPresent()) {
            before.ifPresent(revision -> previous.put(ref, revision));
        }
        tell(result, false);
    }

    // Asked before the change: afterwards the newest revision is the new one.
    private Optional<Revision> revision(KubeObject object) {
        if (!Revisions.KINDS.contains(object.kind())) {
            return Optional.empty();
        }
        try {
            return port.get(object.ref()).flatMap(live -> Revisions.serving(port, live));
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
            String text =
                    object.ref() + " cannot be rolled back: " + e.problem().reason();
            sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
            return Optional.empty();
        }
    }

    private static KubeObject template(KubeObject object) {
        return PodTemplates.of(object).map(PodTemplate::template).orElse(KubeObject.empty());
    }

    private void tell(ApplyResult result, boolean dryRun) {
        sink.accept(new ProgressEvent.Applied(
                result.after().ref(), AppliedDiff.change(result), dryRun, AppliedDiff.of(result)));
        Map<String, List<String>> fields = new LinkedHashMap<>();
        result.takenOver().forEach(t -> fields.computeIfAbsent(t.manager(), m -> new ArrayList<>())
                .add(t.field()));
        String verb = dryRun ? " would be taken over from " : " were taken over from ";
        fields.forEach((manager, some) -> sink.accept(new ProgressEvent.Notice(
                Severity.WARNING,
                result.after().ref() + ": these fields" + verb + manager + ": " + String.join(", ", some))));
    }

    private ReleaseException partly(ReleasePlan plan, ReleaseException e) {
        if (applied == 0) {
            return e;
        }
        int left = plan.objects().size() - applied;
        Problem p = e.problem();
        String reason = p.reason() + ". Before that " + applied + " of "
                + plan.objects().size() + " objects had been applied, " + left + " had not";
        return new ReleaseException(
                new Problem(p.kind(), p.attempted(), p.object(), reason, p.remedy(), p.validValues()), e);
    }

    /**
     * What to wait for, of that which has been applied so far.
     *
     * @param begun when the time-out began to count
     * @param record the record so far, which goes into the token
     * @return empty if there is nothing whose health can be judged
     */
    Optional<WatchToken> token(ReleaseRequest request, Instant begun, ReleaseRecorder record) {
        if (targets.isEmpty()) {
            return Optional.empty();
        }
        WaitRequest wait = WaitRequest.of(request.namespace(), targets)
                .withTimeout(request.timeout())
                .startedAt(begun);
        return Optional.of(new WatchToken(
                Phase.RELEASE,
                wait,
                previous,
                created,
                request.onFailure(),
                record.record(ReleaseRecord.Outcome.RUNNING)));
    }

    // ---- namespaces

    private Set<String> missingNamespaces(ReleasePlan plan) {
        Set<String> brought = new LinkedHashSet<>();
        Set<String> needed = new LinkedHashSet<>();
        for (KubeObject object : plan.objects()) {
            if (object.kind().equals("Namespace")) {
                brought.add(object.name());
            } else if (!object.namespace().isEmpty()) {
                needed.add(object.namespace());
            }
        }
        needed.removeAll(brought);
        Set<String> missing = new LinkedHashSet<>();
        for (String namespace : needed) {
            if (!exists(namespace)) {
                if (!plan.request().createNamespace()) {
                    throw noNamespace(namespace);
                }
                missing.add(namespace);
            }
        }
        return missing;
    }

    private boolean exists(String name) {
        ObjectRef ref = new ObjectRef("v1", "Namespace", "", name);
        try {
            Optional<KubeObject> found = port.get(ref);
            if (found.flatMap(n -> n.text("status", "phase"))
                    .filter("Terminating"::equals)
                    .isPresent()) {
                throw new ReleaseException(new Problem(
                        Problem.Kind.REJECTED,
                        ATTEMPT,
                        ref.toString(),
                        "the namespace is being deleted",
                        "Wait until it is gone, then release again"));
            }
            return found.isPresent();
        } catch (ReleaseException e) {
            if (e.problem().kind() == Problem.Kind.NOT_PERMITTED) {
                return true; // who may not look at namespaces works in one that is there
            }
            throw e;
        }
    }

    private static ReleaseException noNamespace(String namespace) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_FOUND,
                ATTEMPT,
                "Namespace/" + namespace,
                "the namespace does not exist; nothing was changed",
                "Correct the name, create it, or set createNamespace"));
    }
}
