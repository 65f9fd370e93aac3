package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyResult;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspensions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the CronJobs of released workloads from starting Jobs for the length of one release: finds and suspends them,
 * waits for what runs, and gives back what they had at every end but a pause. What to give back is in each CronJob's
 * annotation and in the token. Blocks while the server answers; one thread at a time.
 */
final class CronJobGuard {
    private static final String CRON_JOB = "CronJob";

    private final ReleaseTools tools;
    private final ReleaseRecorder recorder;
    private final CronJobReturn back;
    private final Map<String, ObjectRef> watched = new LinkedHashMap<>();
    private final Set<ObjectRef> live = new LinkedHashSet<>();
    private final Set<String> superseded = new LinkedHashSet<>();
    private final Set<ObjectRef> inherited = new LinkedHashSet<>();
    private volatile Map<ObjectRef, Suspension> suspended = Map.of();

    /** @param recorder hears what happens, too */
    CronJobGuard(ReleaseTools tools, ReleaseRecorder recorder) {
        this.tools = tools;
        this.recorder = recorder;
        this.back = new CronJobReturn(tools.port());
    }

    /** In which version the cluster serves CronJobs; empty if it has none. */
    static Optional<String> served(ClusterPort port) {
        Set<String> versions = port.apis().versionsOf(CRON_JOB);
        return List.of("batch/v1", "batch/v1beta1").stream()
                .filter(versions::contains)
                .findFirst();
    }

    /** Takes over what the release has suspended before it was interrupted. */
    void take(WatchToken token) {
        suspended = token.suspended();
    }

    /** A token that remembers what is suspended. */
    WatchToken on(WatchToken token) {
        return token.withSuspended(suspended);
    }

    /**
     * Finds what is to be suspended, and remembers what it has now. Changes nothing.
     *
     * @return the plan with those of its own CronJobs suspended
     */
    ReleasePlan prepare(ReleasePlan plan) {
        List<KubeObject> workloads = plan.objects().stream()
                .filter(o -> o.has("spec", "selector", "matchLabels"))
                .toList();
        Map<ObjectRef, Suspension> found = new LinkedHashMap<>();
        for (KubeObject cronJob : existing(workloads)) {
            boolean belongs = workloads.stream().anyMatch(w -> Suspensions.belongs(cronJob, w));
            boolean planned = plan.objects().stream().anyMatch(o -> isSame(o, cronJob));
            if (belongs) {
                watched.put(cronJob.uid(), cronJob.ref());
                remember(cronJob, planned, found);
            }
        }
        List<KubeObject> objects = new ArrayList<>();
        for (KubeObject object : plan.objects()) {
            boolean belongs = workloads.stream().anyMatch(w -> Suspensions.belongs(object, w));
            Optional<ObjectRef> begun = found.keySet().stream()
                    .filter(ref -> ref.inNamespace(object.namespace()).equals(ref)
                            && ref.name().equals(object.name())
                            && object.kind().equals(CRON_JOB))
                    .findFirst();
            if (!belongs && begun.isEmpty()) {
                objects.add(object);
                continue;
            }
            Suspension applied =
                    Suspensions.applied(object, begun.map(found::get), recorder.id(), ClusterPort.FIELD_MANAGER);
            found.putIfAbsent(begun.orElse(object.ref()), applied);
            objects.add(Suspensions.held(object, applied));
        }
        Map<ObjectRef, Suspension> all = new LinkedHashMap<>(suspended);
        all.putAll(found);
        suspended = Collections.unmodifiableMap(all);
        return new ReleasePlan(plan.request(), objects, plan.force(), plan.findings(), plan.upgrades(), plan.images());
    }

    /** Takes notice of the releases whose workloads this one takes over, before anything of theirs is ended. */
    void supersede(Collection<ApplyResult> answers) {
        for (ApplyResult answer : answers) {
            KubeObject before = answer.before().orElse(KubeObject.empty());
            Hold.of(before).map(Hold::release).ifPresent(superseded::add);
            Colours.of(before).map(Colours::release).ifPresent(superseded::add);
        }
        superseded.remove(recorder.id());
    }

    /** Finds what those have suspended: nobody else is left who would give it back. Changes nothing. */
    void findInherited(ReleasePlan plan) {
        if (superseded.isEmpty()) {
            return;
        }
        Map<ObjectRef, Suspension> all = new LinkedHashMap<>(suspended);
        try {
            for (KubeObject cronJob : existing(plan.objects())) {
                boolean theirs = Suspension.of(cronJob)
                        .filter(s -> superseded.contains(s.release()))
                        .isPresent();
                if (theirs && !all.containsKey(cronJob.ref())) {
                    tools.port().booked(cronJob.ref()).ifPresent(booked -> {
                        all.put(cronJob.ref(), Suspensions.begin(booked, recorder.id()));
                        inherited.add(cronJob.ref());
                    });
                }
            }
        } catch (ReleaseException e) {
            notInherited("CronJobs", e);
        }
        suspended = Collections.unmodifiableMap(all);
    }

    /** Marks them as this release's, which gives them back when it ends. */
    void inherit() {
        for (ObjectRef ref : inherited) {
            try {
                suspend(ref);
            } catch (ReleaseException e) {
                Map<ObjectRef, Suspension> others = new LinkedHashMap<>(suspended);
                others.remove(ref);
                suspended = Collections.unmodifiableMap(others);
                notInherited(ref.toString(), e);
            }
        }
    }

    private void notInherited(String what, ReleaseException e) {
        if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
            throw e;
        }
        say(
                Severity.WARNING,
                what + " may stay suspended by the release that this one takes over ("
                        + String.join(", ", superseded) + "): "
                        + e.problem().reason()
                        + ". k8s-rollout doctor --repair gives back what they had");
    }

    private List<KubeObject> existing(List<KubeObject> workloads) {
        Optional<String> version = served(tools.port());
        List<KubeObject> found = new ArrayList<>();
        workloads.stream()
                .map(KubeObject::namespace)
                .distinct()
                .forEach(namespace ->
                        version.ifPresent(v -> found.addAll(tools.port().list(Selection.of(v, CRON_JOB, namespace)))));
        return found;
    }

    // One that rests already needs nothing, unless the release itself would wake it.
    private void remember(KubeObject cronJob, boolean planned, Map<ObjectRef, Suspension> found) {
        boolean rests =
                cronJob.flag("spec", "suspend") && Suspension.of(cronJob).isEmpty();
        if (rests && !planned) {
            return;
        }
        tools.port().booked(cronJob.ref()).ifPresent(booked -> {
            found.put(cronJob.ref(), Suspensions.begin(booked, recorder.id()));
            live.add(cronJob.ref());
        });
    }

    private static boolean isSame(KubeObject object, KubeObject cronJob) {
        return object.kind().equals(CRON_JOB)
                && object.namespace().equals(cronJob.namespace())
                && object.name().equals(cronJob.name());
    }

    /** Whether there is anything to suspend, or to wait for. */
    boolean isNeeded() {
        return !suspended.isEmpty() || !watched.isEmpty();
    }

    /** Tells what {@link #suspend} would do. */
    void announce(ReleasePlan plan) {
        prepare(plan);
        suspended.keySet().forEach(ref -> say(Severity.INFO, ref + " would be suspended until the release has ended"));
        suspended = Map.of();
    }

    /** The names of what is to be suspended. */
    List<String> names() {
        return suspended.keySet().stream().map(ObjectRef::toString).toList();
    }

    /** Suspends what was found; repeating it changes nothing more. */
    void suspend() {
        live.forEach(this::suspend);
    }

    private void suspend(ObjectRef ref) {
        Suspension suspension = suspended.get(ref);
        boolean changed = GuardedPatch.change(
                tools.port(),
                ref,
                booked -> isSet(booked, suspension)
                        ? Optional.empty()
                        : Optional.of(Suspensions.patch(booked, suspension)));
        if (changed) {
            say(Severity.INFO, ref + " is suspended until the release has ended");
        }
    }

    private static boolean isSet(KubeObject booked, Suspension suspension) {
        return booked.flag("spec", "suspend")
                && Suspension.of(booked)
                        .filter(s -> s.release().equals(suspension.release()))
                        .isPresent();
    }

    /** Waits until none of their Jobs runs. */
    Cancellable awaitJobs(Duration timeout, Consumer<Optional<Problem>> done) {
        return RunningJobs.await(watched, timeout, tools, recorder, done);
    }

    /**
     * Suspends again what was given back when the release was ended, now that it goes on.
     *
     * @param token what was saved last
     */
    void again(WatchToken token) {
        Map<ObjectRef, Suspension> all = new LinkedHashMap<>(suspended);
        for (ObjectRef ref : token.suspended().keySet()) {
            Optional<KubeObject> booked = tools.port().booked(ref);
            if (booked.isPresent()
                    && Suspension.of(booked.get()).isEmpty()
                    && !booked.get().flag("spec", "suspend")) {
                all.put(ref, Suspensions.begin(booked.get(), recorder.id()));
                live.add(ref);
            }
        }
        suspended = Collections.unmodifiableMap(all);
        suspend();
    }

    /**
     * Gives back what CronJobs had, on a worker, unless the release is only paused; then passes the record on. Returns
     * at once.
     */
    void end(ReleaseRecord record, Consumer<ReleaseRecord> next) {
        if (suspended.isEmpty() || record.outcome() == Outcome.PAUSED) {
            next.accept(record);
            return;
        }
        try {
            tools.workers().execute(() -> {
                giveBack();
                next.accept(recorder.record(record.outcome()));
            });
        } catch (RuntimeException e) { // the workers are closed
            next.accept(record);
        }
    }

    private void giveBack() {
        suspended.forEach((ref, suspension) -> {
            try {
                back.giveBack(ref, recorder.id(), suspension).ifPresent(told -> say(told.severity(), told.text()));
            } catch (ReleaseException e) {
                left(ref, e.problem().reason());
            } catch (RuntimeException e) { // a fault of ours must not leave the others suspended
                left(ref, ReleaseLife.problem(e).reason());
            }
        });
    }

    private void left(ObjectRef ref, String reason) {
        String text = ref + " may still be suspended, because it could not be given back what it had: " + reason
                + ". k8s-rollout doctor --repair does that";
        say(Severity.WARNING, text);
        recorder.add(text);
    }

    private void say(Severity severity, String text) {
        recorder.accept(new ProgressEvent.Notice(severity, text));
    }
}
