package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Revision;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a Deployment with two colours becomes one with one: the colour that serves stays. First the Services select it,
 * then the other one goes, and only when it is gone the Services are free. Blocks while the server answers; repeating
 * anything changes nothing more.
 */
final class ColourEnd {
    private final ClusterPort port;
    private final ProgressSink sink;
    private final ColourRouting routing;

    ColourEnd(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
        this.routing = new ColourRouting(port, sink);
    }

    /**
     * Switches the Services of what a release has changed back to the old colour, as long as that is whole. Where it is
     * about to go already, or there is no other, they are freed: the way back is then that of any release.
     *
     * @return those whose Services could not be switched, and why: their new pods still serve
     */
    Map<ObjectRef, Problem> switchBack(WatchToken token) {
        String release = token.record().id();
        return EachWorkload.attempt(deployments(token), ref -> {
            Optional<KubeObject> live = port.get(ref);
            Optional<Colours> colours = live.flatMap(o -> Colours.of(o, release));
            if (colours.isPresent() && isHeld(live.get(), release)) {
                routing.route(ref, colours.get().switchedBack());
            } else if (colours.isPresent()) {
                routing.free(ref);
            }
        });
    }

    private static boolean isHeld(KubeObject deployment, String release) {
        return Hold.of(deployment).filter(h -> h.release().equals(release)).isPresent();
    }

    /** Frees the Services of all Deployments of a release. What cannot be freed is told, and the next release tries. */
    void freeAll(WatchToken token) {
        for (ObjectRef ref : deployments(token)) {
            freeIfSingle(ref, token.record().id());
        }
    }

    private static Set<ObjectRef> deployments(WatchToken token) {
        return Stream.concat(
                        token.waiting().targets().stream().map(WaitRequest.Target::ref),
                        token.previous().keySet().stream())
                .filter(ref -> ref.kind().equals("Deployment"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Frees the Services of a Deployment that has only one colour, if a release has bound them.
     *
     * @return whether they are free; false also if the other colour is still there
     */
    boolean freeIfSingle(ObjectRef ref, String release) {
        try {
            Optional<KubeObject> live = port.get(ref);
            if (live.flatMap(o -> Colours.of(o, release)).isEmpty()) {
                return true;
            }
            if (!isHeld(live.get(), release) && isSingle(live.get())) {
                routing.free(ref);
                return true;
            }
        } catch (ReleaseException e) {
            String text = "The Services of " + ref + " stay bound to one colour, which serves on: "
                    + e.problem().reason() + ". The next release frees them, or k8s-rollout doctor --repair";
            sink.accept(new ProgressEvent.Notice(Severity.WARNING, text));
        }
        return false;
    }

    /** Frees the Services of a Deployment, however many colours it has. */
    void free(ObjectRef deployment) {
        routing.free(deployment);
    }

    private boolean isSingle(KubeObject deployment) {
        Set<String> sets = Revisions.replicaSets(port, deployment).stream()
                .map(KubeObject::uid)
                .collect(Collectors.toSet());
        return port.list(Selection.of("v1", "Pod", deployment.namespace())).stream()
                        .filter(p -> !p.has("metadata", "deletionTimestamp"))
                        // Evicted ones stay for good
                        .filter(p -> !p.text("status", "phase").orElse("").matches("Failed|Succeeded"))
                        .flatMap(p -> p.children("metadata", "ownerReferences").stream())
                        .flatMap(o -> o.text("uid").stream())
                        .filter(sets::contains)
                        .distinct()
                        .count()
                < 2;
    }

    /**
     * Begins to end what a release has left, and lets the colour serve on that serves.
     *
     * @param returns whether the old colour is wanted, though the Services are switched to the new one
     * @return what is on its way then
     */
    WaitRequest.Target settle(KubeObject deployment, boolean returns, Scheduler clock) {
        Colours colours = Colours.of(deployment).orElseThrow();
        ObjectRef ref = deployment.ref();
        if (!isHeld(deployment, colours.release())) {
            return AppliedTarget.of(port, deployment, false); // the other colour goes already
        }
        boolean forward = colours.isSwitched() && !returns;
        routing.route(ref, forward ? colours : colours.switchedBack());
        Optional<KubeObject> old = old(deployment, colours);
        if (!forward && old.isPresent() && !isOf(deployment, old.get())) {
            return undone(ref, colours, old.get(), clock);
        }
        return GuardedApply.change(port, ref, booked -> Optional.of(booked)
                        .filter(b -> isHeld(b, colours.release()))
                        .map(port::owned)
                        .map(Holds::restored))
                .map(result -> AppliedTarget.of(result, true))
                .orElseGet(() -> new WaitRequest.Target(ref, 0));
    }

    private Optional<KubeObject> old(KubeObject deployment, Colours colours) {
        return Revisions.replicaSets(port, deployment).stream()
                .filter(r -> ColourRouting.colour(r).equals(colours.old()))
                .findFirst();
    }

    /** Whether a Deployment has the template of a ReplicaSet. */
    static boolean isOf(KubeObject deployment, KubeObject replicaSet) {
        return deployment.child("spec", "template").equals(Revisions.template(replicaSet));
    }

    private WaitRequest.Target undone(ObjectRef ref, Colours colours, KubeObject old, Scheduler clock) {
        ReleaseRecord record = new ReleaseRecorder(colours.release(), ref.namespace(), port.address(), "", clock, sink)
                .record(ReleaseRecord.Outcome.RUNNING);
        WatchToken token = new WatchToken(
                Phase.ROLLING_BACK,
                WaitRequest.of(ref.namespace(), List.of(new WaitRequest.Target(ref, 0)))
                        .startedAt(clock.now()),
                Map.of(ref, new Revision(old.kind(), old.name(), "")),
                List.of(),
                OnFailure.LEAVE,
                record);
        return new Rollback(port, sink)
                .begin(token).targets().stream().findFirst().orElse(new WaitRequest.Target(ref, 0));
    }

    /**
     * The same where nobody waits for it.
     *
     * @return what became of it, as a clause
     */
    String repair(ObjectRef ref, Scheduler clock) {
        Optional<KubeObject> live = port.get(ref);
        Optional<Colours> colours = live.flatMap(Colours::of);
        if (colours.isEmpty()) {
            return "it is free already";
        }
        settle(live.get(), false, clock);
        return freeIfSingle(ref, colours.get().release())
                ? "its Services select all its pods again"
                : "its Services select the colour that served, and the other one goes; when that is gone, doctor"
                        + " --repair frees the Services, or the next release";
    }
}
