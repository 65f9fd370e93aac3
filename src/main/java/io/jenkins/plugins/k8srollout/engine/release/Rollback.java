package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Returns workloads to the revision they had before a release, or pauses them. Blocks while the server answers.
 *
 * <p>Both are applies of what we own with one part changed, not patches: a patch would book the restored fields under
 * another kind of ownership, from which a later release that leaves them out could not remove them. Only what others
 * have added is removed by a patch, afterwards: {@link Leftovers}.
 */
public final class Rollback {
    private final ClusterPort port;
    private final ProgressSink sink;

    public Rollback(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    /**
     * What a rollback has begun.
     *
     * @param targets workloads that are on their way back
     * @param left one sentence for each workload that stays as it is, or needs help on its way
     * @param missed those of them that are still as released, and nobody else's
     */
    public record Begun(List<WaitRequest.Target> targets, List<String> left, List<ObjectRef> missed) {
        public Begun {
            targets = List.copyOf(targets);
            missed = List.copyOf(missed);
            left = List.copyOf(left);
        }
    }

    /**
     * The same without the workloads that have not been changed since the token was saved, before the first change of a
     * release that was interrupted while it applied.
     */
    public WatchToken begun(WatchToken token) {
        Map<ObjectRef, Revision> changed = new LinkedHashMap<>(token.previous());
        changed.keySet().removeIf(ref -> token.target(ref)
                .map(t -> port.get(ref).orElse(KubeObject.empty()).numberOr(0, "metadata", "generation")
                        <= t.minGeneration())
                .orElse(false));
        return token.withPrevious(changed);
    }

    /**
     * Puts every changed workload back to its previous pod template; repeating it changes nothing more. What somebody
     * else has changed since the release applied it is left alone.
     */
    public Begun begin(WatchToken token) {
        return begin(token, Map.of());
    }

    /**
     * The same without the workloads whose new pods are served from and stay so: without them nobody would be served.
     *
     * @param serving why
     */
    Begun begin(WatchToken token, Map<ObjectRef, Problem> serving) {
        List<WaitRequest.Target> targets = new ArrayList<>();
        List<String> left = new ArrayList<>();
        List<ObjectRef> missed = new ArrayList<>();
        for (Map.Entry<ObjectRef, Revision> entry : token.previous().entrySet()) {
            if (serving.containsKey(entry.getKey())) {
                left.add(entry.getKey() + " stays as it is, because requests still go to its new pods: "
                        + serving.get(entry.getKey()).reason());
                missed.add(entry.getKey());
                continue;
            }
            try {
                undo(token, entry.getKey(), entry.getValue(), left, missed).ifPresent(targets::add);
            } catch (ReleaseException e) {
                if (e.problem().kind() == Problem.Kind.INTERRUPTED) {
                    throw e;
                }
                left.add(entry.getKey() + " stays as it is: " + e.problem().reason());
                missed.add(entry.getKey());
            }
        }
        token.created().forEach(ref -> left.add(ref + " is new and has no previous revision; it stays as it is"));
        left.forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.WARNING, text)));
        return new Begun(targets, left, missed);
    }

    /**
     * The workloads that a release has changed, as they are.
     *
     * @param ours whose pods are as the release, or its rollback, has left them
     * @param foreign whose pods are somebody else's by now: another release holds them, or their template was changed
     */
    record Standing(List<KubeObject> ours, List<KubeObject> foreign) {
        static final Standing NOBODY_ELSE = new Standing(List.of(), List.of());
    }

    Standing standing(WatchToken token) {
        List<KubeObject> ours = new ArrayList<>();
        List<KubeObject> foreign = new ArrayList<>();
        Stream.concat(token.previous().keySet().stream(), token.created().stream())
                .filter(ref -> Revisions.KINDS.contains(ref.kind()))
                .flatMap(ref -> port.booked(ref).stream())
                .forEach(live -> (isLed(token, live) ? ours : foreign).add(live));
        return new Standing(ours, foreign);
    }

    private boolean isLed(WatchToken token, KubeObject live) {
        KubeObject template = token.previousOf(live.ref())
                .flatMap(revision -> Revisions.find(port, live.ref(), revision))
                .map(Revisions::template)
                .orElse(KubeObject.empty());
        return isOurs(token, live, port.owned(live), template)
                && Hold.of(live)
                        .filter(h -> !h.release().equals(token.record().id()))
                        .isEmpty();
    }

    private Optional<WaitRequest.Target> undo(
            WatchToken token, ObjectRef ref, Revision revision, List<String> left, List<ObjectRef> missed) {
        Optional<KubeObject> kept = Revisions.find(port, ref, revision);
        AtomicBoolean told = new AtomicBoolean();
        Runnable telling = () -> {
            if (!told.getAndSet(true)) {
                sink.accept(new ProgressEvent.RollingBack(ref, revision.toString()));
            }
        };
        return GuardedApply.repeat(() -> undo(token, ref, revision, kept, telling, left, missed));
    }

    private Optional<WaitRequest.Target> undo(
            WatchToken token,
            ObjectRef ref,
            Revision revision,
            Optional<KubeObject> kept,
            Runnable telling,
            List<String> left,
            List<ObjectRef> missed) {
        Optional<KubeObject> live = port.booked(ref);
        if (kept.isEmpty() || live.isEmpty()) {
            left.add(ref + " stays as it is: "
                    + (live.isEmpty()
                            ? "it no longer exists"
                            : revision + " no longer exists (revisionHistoryLimit keeps too few)"));
            live.ifPresent(l -> missed.add(ref));
            return Optional.empty();
        }
        KubeObject template = Revisions.template(kept.get());
        KubeObject owned = port.owned(live.get());
        if (!isOurs(token, live.get(), owned, template)) {
            left.add(ref + " stays as it is: somebody else has changed its pod template since it was applied");
            return Optional.empty();
        }
        Optional<Hold> hold = Hold.of(live.get());
        if (hold.filter(h -> !h.release().equals(token.record().id())).isPresent()) {
            left.add(ref + " stays as it is: another release, " + hold.get().release() + ", holds it");
            return Optional.empty();
        }
        // Together with the template: the old ReplicaSet, which becomes the newest, would take over what holds the
        // other.
        KubeObject back = Holds.restored(owned)
                .with(template.fields(), "spec", "template")
                .without("spec", "paused");
        String cause = kept.get().annotations().get(ChangeCause.ANNOTATION);
        back = cause == null
                ? back.without("metadata", "annotations", ChangeCause.ANNOTATION)
                : back.with(cause, "metadata", "annotations", ChangeCause.ANNOTATION);
        telling.run();
        KubeObject after = port.apply(back, ApplyOptions.changing(live.get())).after();
        after = new Leftovers(port, sink).remove(after, template, left);
        if (ref.kind().equals("StatefulSet")) {
            removeStuckPods(live.get(), after, revision, left);
        }
        return Optional.of(AppliedTarget.of(port, after, true));
    }

    // As the release has left it, or as an earlier attempt to return it has.
    private static boolean isOurs(WatchToken token, KubeObject live, KubeObject owned, KubeObject previous) {
        return token.target(live.ref())
                        .map(t -> AppliedTarget.isUntouched(t, Optional.of(owned)))
                        .orElse(true)
                || Leftovers.isSame(live.child("spec", "template"), previous)
                || Leftovers.isSame(owned.child("spec", "template"), previous);
    }

    /**
     * An ordered StatefulSet waits for a pod that never becomes ready before it replaces it, also with a revision that
     * would cure it: kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback.
     */
    private void removeStuckPods(KubeObject before, KubeObject after, Revision previous, List<String> left) {
        String newest = before.text("status", "updateRevision").orElse("");
        // If an earlier attempt has been here, the newest is the good one already.
        String failed = newest.equals(previous.name()) ? "" : newest;
        List<String> good = List.of(
                previous.name(), before.text("status", "currentRevision").orElse(""));
        try {
            for (KubeObject pod : port.list(Selection.of("v1", "Pod", after.namespace()))) {
                String revision = Revisions.of(pod);
                boolean concerned = failed.isEmpty() ? !good.contains(revision) : revision.equals(failed);
                if (concerned && Revisions.isOwned(pod, after) && !Revisions.isReady(pod)) {
                    port.delete(pod.ref(), pod.uid());
                    String text =
                            pod.ref() + " of the failed revision was deleted, because its StatefulSet waits for it";
                    sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
                }
            }
        } catch (ReleaseException e) {
            // The template is restored: whoever removes the pods lets it go on.
            Problem p = e.problem();
            left.add(after.ref() + " waits for its pods of the failed revision, and " + p.reason()
                    + ". Delete those that are not ready with kubectl delete pod -l controller-revision-hash=" + failed
                    + (p.remedy().isEmpty() ? "" : "; for the next time: " + p.remedy()));
        }
    }

    /**
     * What was held.
     *
     * @param paused Deployments that go on only when somebody lets them
     * @param told one sentence for each workload about what became of it, or one that nothing was paused
     */
    public record Held(List<ObjectRef> paused, List<String> told) {
        public Held {
            paused = List.copyOf(paused);
            told = List.copyOf(told);
        }
    }

    /**
     * Pauses those Deployments that the release has changed, and that are not healthy, where they stand.
     *
     * @param health as last known
     */
    public Held hold(WatchToken token, Map<ObjectRef, Health> health) {
        List<ObjectRef> paused = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (ObjectRef ref : token.held()) {
            paused.add(ref);
            told.add(ref + " stays held in " + token.batches().orElseThrow() + ", and no further pod is replaced");
        }
        for (ReleaseRecord.ObjectChange change : token.record().objects()) {
            ObjectRef ref = change.object();
            boolean concerned = Revisions.KINDS.contains(ref.kind())
                    && !paused.contains(ref)
                    && change.change() != Change.UNCHANGED
                    && health.containsKey(ref)
                    && !health.get(ref).isHealthy();
            if (concerned && token.batches().isPresent()) {
                told.add(ref + " is in no batch and goes on by itself"); // paused, it would never let the others go on
            } else if (concerned && ref.kind().equals("Deployment")) {
                told.add(pause(ref, paused));
            } else if (concerned) {
                told.add(ref + " cannot be paused and goes on by itself");
            }
        }
        if (told.isEmpty()) {
            told.add("Nothing was paused: no Deployment was changed by this release and is not healthy");
        }
        told.forEach(text -> sink.accept(new ProgressEvent.Notice(Severity.WARNING, text)));
        return new Held(paused, told);
    }

    private String pause(ObjectRef ref, List<ObjectRef> paused) {
        try {
            GuardedApply.change(
                    port, ref, booked -> Optional.of(port.owned(booked).with(true, "spec", "paused")));
            paused.add(ref);
            return ref + " is paused; the next release, or kubectl rollout resume, lets it go on";
        } catch (ReleaseException e) {
            return ref + " could not be paused and goes on by itself: "
                    + e.problem().reason();
        }
    }
}
