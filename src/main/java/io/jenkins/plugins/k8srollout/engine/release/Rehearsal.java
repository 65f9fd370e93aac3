package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The server's own dry run of all objects, so that what it would refuse is known, as a whole, before anything changes.
 * Objects that need what only the release itself brings, a namespace or a kind, cannot be asked about.
 */
final class Rehearsal {
    private static final Set<Problem.Kind> TOLD_TOGETHER =
            Set.of(Problem.Kind.REJECTED, Problem.Kind.CONFLICT, Problem.Kind.NOT_PERMITTED, Problem.Kind.NOT_FOUND);

    private final ClusterPort port;
    private final ReleasePlan plan;
    private final LiveObjects live;
    private final Set<String> newNamespaces;
    private final Scopes scopes;
    private final Executor workers;
    private final List<String> unasked = new ArrayList<>();

    Rehearsal(ClusterPort port, ReleasePlan plan, Set<String> missingNamespaces, LiveObjects live, Executor workers) {
        this.port = port;
        this.live = live;
        this.plan = plan;
        this.workers = workers;
        this.scopes = Scopes.of(port.apis(), plan.objects());
        this.newNamespaces = new LinkedHashSet<>(missingNamespaces);
        plan.objects().stream()
                .filter(o -> o.kind().equals("Namespace"))
                .filter(o -> live.isAbsent(o.ref()))
                .forEach(o -> newNamespaces.add(o.name()));
    }

    /**
     * @return the server's answers in the plan's order, without those it could not be asked for
     * @throws ReleaseException with everything the server would refuse
     */
    Map<ObjectRef, ApplyResult> run() {
        List<KubeObject> askable =
                plan.objects().stream().filter(this::isAskable).toList();
        List<Object> answers = new Parallel(workers).map(askable, this::ask);
        Map<ObjectRef, ApplyResult> results = new LinkedHashMap<>();
        List<ReleaseException> refusals = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof ApplyResult result) {
                results.put(askable.get(i).ref(), result);
            } else if (answers.get(i) instanceof ReleaseException refusal) {
                refusals.add(refusal);
            }
        }
        refusals.removeIf(refusal -> isOnlyAboutTheDryRun(refusal) || isAboutSomethingNew(refusal, results));
        if (!refusals.isEmpty()) {
            throw together(refusals);
        }
        return results;
    }

    /** What could not be asked, one sentence each. */
    List<String> unasked() {
        return unasked;
    }

    private boolean isAskable(KubeObject object) {
        boolean askable = !scopes.isNew(object) && !newNamespaces.contains(object.namespace());
        if (!askable && plan.request().dryRun()) {
            unasked.add(object.ref() + " would be created; the server cannot be asked before its "
                    + (scopes.isNew(object) ? "kind" : "namespace") + " exists");
        }
        return askable;
    }

    private Object ask(KubeObject object) {
        try {
            return port.apply(object, new ApplyOptions(true, plan.force(), live.from(object.ref())));
        } catch (ReleaseException e) {
            return e;
        }
    }

    // kubernetes/kubernetes: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go
    private boolean isOnlyAboutTheDryRun(ReleaseException e) {
        boolean only = e.problem().reason().contains("does not support dry run");
        if (only) {
            unasked.add(e.problem().object() + " was not tried beforehand: "
                    + e.problem().reason());
        }
        return only;
    }

    // A binding to a role, or a pod with an account, that the release itself is about to create
    private boolean isAboutSomethingNew(ReleaseException e, Map<ObjectRef, ApplyResult> results) {
        String reason = e.problem().reason();
        boolean ours = results.values().stream()
                .filter(r -> r.before().isEmpty())
                .anyMatch(r -> AwaitedObject.isMissed(reason, r.after().ref()));
        if (ours) {
            unasked.add(e.problem().object() + " was not tried beforehand: it needs what the release creates");
        }
        return ours;
    }

    private static ReleaseException together(List<ReleaseException> refusals) {
        for (ReleaseException refusal : refusals) {
            if (refusals.size() == 1
                    || !TOLD_TOGETHER.contains(refusal.problem().kind())) {
                return untouched(refusal);
            }
        }
        StringBuilder reasons = new StringBuilder("the server refuses " + refusals.size() + " objects:");
        Set<String> remedies = new LinkedHashSet<>();
        for (ReleaseException refusal : refusals) {
            reasons.append("\n  ")
                    .append(refusal.problem().object())
                    .append(": ")
                    .append(refusal.problem().reason());
            remedies.add(refusal.problem().remedy());
        }
        remedies.remove("");
        return new ReleaseException(
                new Problem(
                        refusals.get(0).problem().kind(),
                        "release",
                        "",
                        reasons + "\nNothing was changed",
                        String.join(". ", remedies)),
                refusals.get(0));
    }

    private static ReleaseException untouched(ReleaseException e) {
        Problem p = e.problem();
        String attempted = p.attempted().replace(" (dry run)", "");
        String reason = p.reason() + ". Nothing was changed";
        return new ReleaseException(
                new Problem(p.kind(), attempted, p.object(), reason, p.remedy(), p.validValues()), e);
    }
}
