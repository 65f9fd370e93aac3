package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
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
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Carries a plan out. Everything that can be refused is asked of the server before the first change: rights, then each
 * object as a dry run. Blocks while the server answers; serves one release.
 */
public final class Deployer {
    private static final String ATTEMPT = "release";

    private final ClusterPort port;
    private final ProgressSink sink;
    private final Executor workers;
    private final BooleanSupplier ended;
    private final Optional<WatchToken> earlier;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Map<ObjectRef, ApplyResult> answers = new LinkedHashMap<>();
    private final Map<ObjectRef, Revision> serving = new LinkedHashMap<>();
    private final Holding holding;
    private final List<WaitRequest.Target> targets = new ArrayList<>();
    private final Map<ObjectRef, Revision> previous = new LinkedHashMap<>();
    private final List<ObjectRef> created = new ArrayList<>();
    private Optional<WatchToken> halfApplied;
    private Optional<ObjectRef> underway = Optional.empty();
    private String release = "";
    private int applied;

    /**
     * @param workers runs several calls at once; must give each its thread, or run it at once
     * @param ended whether nothing more is to be applied
     * @param earlier what the same release has saved before it was interrupted while it applied; empty if it was not
     */
    Deployer(
            ClusterPort port,
            ProgressSink sink,
            Executor workers,
            BooleanSupplier ended,
            Optional<WatchToken> earlier) {
        this.port = port;
        this.sink = sink;
        this.workers = workers;
        this.ended = ended;
        this.earlier = earlier;
        this.halfApplied = earlier;
        this.holding = new Holding(port, sink);
    }

    /**
     * Asks whether all of the plan can be carried out. Changes nothing; in a dry run this is all, and the answers are
     * told.
     *
     * @throws ReleaseException with all that is missing or wrong
     */
    public void rehearse(ReleasePlan plan) {
        LiveObjects live = LiveObjects.read(port, plan, workers);
        missing.addAll(MissingNamespaces.of(port, plan, live));
        new RightsCheck(port, plan, missing, live).check();
        Rehearsal rehearsal = new Rehearsal(port, plan, missing, live, workers);
        answers.putAll(rehearsal.run());
        rehearsal.unasked().forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.INFO, text)));
        if (plan.request().dryRun()) {
            answers.forEach((ref, answer) -> tell(answer, true));
        }
    }

    /**
     * What must be saved before the first change: what the plan is going to change, as the server has answered, and the
     * revisions to return to. Asked beforehand, for afterwards the newest revision is the new one.
     *
     * @param begun when the time-out begins to count
     */
    WatchToken prepare(ReleasePlan plan, Instant begun, ReleaseRecorder record) {
        release = record.id();
        List<WaitRequest.Target> before = new ArrayList<>();
        Map<ObjectRef, Revision> returns = new LinkedHashMap<>();
        List<ObjectRef> fresh = new ArrayList<>();
        List<ObjectChange> changes = new ArrayList<>();
        holding.plan(plan, contents(), answers);
        missing.forEach(name -> changes.add(new ObjectChange(namespace(name).ref(), Change.CREATED)));
        for (KubeObject object : plan.objects()) {
            ObjectRef ref = object.ref();
            Optional<ApplyResult> answer = Optional.ofNullable(answers.get(ref));
            Optional<KubeObject> live = answer.isPresent() ? answer.get().before() : port.get(ref);
            Optional<Change> change = live.isEmpty() ? Optional.of(Change.CREATED) : answer.map(AppliedDiff::change);
            change.ifPresent(c -> changes.add(new ObjectChange(ref, sinceBegun(ref, c))));
            if (PodTemplates.of(object).isPresent() && isNew(ref, live.isEmpty())) {
                fresh.add(ref);
            }
            live.flatMap(l -> revision(l, plan.request().strategy())).ifPresent(revision -> serving.put(ref, revision));
            boolean replaces = !answer.map(Deployer::keepsTemplate).orElse(false);
            live.ifPresent(l -> holding.prepare(plan, record.id(), object, l, replaces, revisionServing(ref)));
            before.add(new WaitRequest.Target(ref, generationBefore(ref, live)).withGoal(holding.planned(ref)));
            if (serving.containsKey(ref) && (isReturned(ref) || replaces || holding.isTakenOver(ref))) {
                returns.put(ref, serving.get(ref));
            }
        }
        WatchToken token = new WatchToken(
                Phase.APPLYING,
                wait(plan.request(), begun, before),
                returns,
                fresh,
                plan.request().onFailure(),
                record.record(ReleaseRecord.Outcome.RUNNING).withObjects(changes),
                holding.progress(plan.request().strategy()));
        halfApplied = earlier.map(e -> token);
        return token;
    }

    /**
     * What a release that began anew, and fails, has to look through: its first run may have changed what this one never
     * reaches. Empty for a release that runs for the first time.
     */
    Optional<WatchToken> halfApplied() {
        return halfApplied;
    }

    /** What the server would make of the objects of which it could be asked. */
    Collection<ApplyResult> answers() {
        return answers.values();
    }

    /** Whether the server has said that anything would be different; true also for what could not be asked. */
    boolean changesAnything(ReleasePlan plan) {
        return !missing.isEmpty()
                || plan.objects().stream()
                        .map(o -> answers.get(o.ref()))
                        .anyMatch(answer -> answer == null || AppliedDiff.change(answer) != Change.UNCHANGED);
    }

    /** What the release is going to change of ConfigMaps and Secrets, as it is now. */
    List<PastContent> contents() {
        return answers.values().stream()
                .map(PastContent::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Applies the plan in its order.
     *
     * @param namespacesMade called once all namespaces exist, before anything is put into them
     * @throws ReleaseException if the server refuses an object, or the work is to end; {@link #token} tells what was
     *     applied until then
     */
    public void apply(ReleasePlan plan, Runnable namespacesMade) {
        try {
            for (String name : missing) {
                tell(port.apply(namespace(name), ApplyOptions.PLAIN), false);
            }
            holding.bind();
            boolean begun = false;
            for (KubeObject object : plan.objects()) {
                if (!begun && !object.kind().equals("Namespace")) {
                    namespacesMade.run();
                    begun = true;
                }
                if (ended.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                    throw new ReleaseException(new Problem(
                            Problem.Kind.INTERRUPTED,
                            ATTEMPT,
                            object.ref().toString(),
                            "the work was interrupted",
                            ""));
                }
                apply(plan, object);
            }
        } catch (ReleaseException e) {
            holding.abandon(release);
            throw partly(plan, e);
        }
    }

    private ApplyResult held(ReleasePlan plan, KubeObject object) {
        try {
            holding.ready(object.ref());
            return new PlannedApply(port, release)
                    .apply(object, holding.wanted(object), holding.force(plan, object), answers.get(object.ref()));
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.INTERRUPTED) {
                holding.refused(object.ref(), e);
            }
            throw e;
        }
    }

    private void apply(ReleasePlan plan, KubeObject object) {
        underway = Optional.of(object.ref());
        ApplyResult result = held(plan, object);
        underway = Optional.empty();
        applied++;
        ObjectRef ref = result.after().ref();
        if (isNew(ref, result.before().isEmpty()) && PodTemplates.of(object).isPresent()) {
            created.add(ref);
        }
        if (serving.containsKey(ref) && (isReturned(ref) || !keepsTemplate(result) || holding.isTakenOver(ref))) {
            previous.put(ref, serving.get(ref));
        }
        if (!HealthRules.isHealthyByExisting(ref)) {
            targets.add(AppliedTarget.of(result, isNewGeneration(result))
                    .withGoal(holding.goal(result.after(), plan.request().strategy())));
        }
        tell(result, false);
    }

    /** What was sent when {@link #apply} failed: where no answer came, it may be changed or not. */
    Optional<ObjectRef> underway() {
        return underway;
    }

    private static KubeObject namespace(String name) {
        return KubeObject.of(Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)));
    }

    private static boolean isNewGeneration(ApplyResult result) {
        Optional<Long> before = result.before().flatMap(o -> o.number("metadata", "generation"));
        return before.isPresent() && !before.equals(result.after().number("metadata", "generation"));
    }

    private Optional<Revision> revision(KubeObject live, Strategy strategy) {
        Optional<Revision> remembered =
                earlier.flatMap(t -> t.previousOf(live.ref())).or(() -> Holding.previous(live));
        if (remembered.isPresent() || !Revisions.KINDS.contains(live.kind()) || isNew(live.ref(), false)) {
            return remembered;
        }
        Optional<Revision> inPlace = strategy instanceof Strategy.Rolling ? Revisions.inPlace(live) : Optional.empty();
        try {
            return inPlace.isPresent() ? inPlace : Revisions.serving(port, live);
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
            String text = live.ref() + " cannot be rolled back: " + e.problem().reason();
            sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
            return Optional.empty();
        }
    }

    private Optional<Revision> revisionServing(ObjectRef ref) {
        return Optional.ofNullable(serving.get(ref));
    }

    // ---- what the same release has done before it was interrupted counts as done now

    private long generationBefore(ObjectRef ref, Optional<KubeObject> live) {
        return earlier.flatMap(t -> t.target(ref))
                .map(WaitRequest.Target::minGeneration)
                .orElseGet(() ->
                        live.map(o -> o.numberOr(0, "metadata", "generation")).orElse(0L));
    }

    private boolean isReturned(ObjectRef ref) {
        return earlier.flatMap(t -> t.previousOf(ref)).isPresent();
    }

    private boolean isNew(ObjectRef ref, boolean now) {
        return now || earlier.filter(t -> t.created().contains(ref)).isPresent();
    }

    private Change sinceBegun(ObjectRef ref, Change now) {
        Optional<Change> then = earlier.stream()
                .flatMap(t -> t.record().objects().stream())
                .filter(o -> o.object().equals(ref))
                .map(ObjectChange::change)
                .findFirst();
        return now == Change.UNCHANGED || then.filter(c -> c == Change.CREATED).isPresent() ? then.orElse(now) : now;
    }

    private static boolean keepsTemplate(ApplyResult result) {
        return result.before()
                .filter(b -> template(b).equals(template(result.after())))
                .isPresent();
    }

    private static KubeObject template(KubeObject object) {
        return PodTemplates.of(object).map(PodTemplate::template).orElse(KubeObject.empty());
    }

    private void tell(ApplyResult result, boolean dryRun) {
        ObjectRef ref = result.after().ref();
        Change now = AppliedDiff.change(result);
        Change change = dryRun ? now : sinceBegun(ref, now);
        sink.accept(new ProgressEvent.Applied(ref, change, dryRun, AppliedDiff.of(result)));
        if (change != now) {
            String text = ref + " was applied before this release was interrupted; now it is as it should be";
            sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
        }
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
        return Optional.of(new WatchToken(
                Phase.RELEASE,
                wait(request, begun, targets),
                previous,
                created,
                request.onFailure(),
                record.record(ReleaseRecord.Outcome.RUNNING),
                holding.progress(request.strategy())));
    }

    /** The same for a rollback, which may have contents to return where there is nothing to wait for. */
    WatchToken undoable(ReleasePlan plan, Instant begun, ReleaseRecorder record) {
        ReleaseRequest request = plan.request();
        return token(request, begun, record).orElseGet(() -> {
            List<WaitRequest.Target> all = plan.objects().stream()
                    .map(o -> new WaitRequest.Target(o.ref(), 0))
                    .toList();
            return new WatchToken(
                    Phase.RELEASE,
                    wait(request, begun, all),
                    previous,
                    created,
                    request.onFailure(),
                    record.record(ReleaseRecord.Outcome.RUNNING));
        });
    }

    private static WaitRequest wait(ReleaseRequest request, Instant begun, List<WaitRequest.Target> targets) {
        return WaitRequest.of(request.namespace(), targets)
                .withTimeout(request.timeout())
                .startedAt(begun);
    }
}
