package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.affinity.TrafficShare;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import io.jenkins.plugins.k8srollout.engine.strategy.Suspension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the workloads that a release holds and the CronJobs that it has suspended, and ends what nobody leads any more.
 * Blocks while the server answers.
 */
public final class HoldRepair {
    // The time-out of a step, if nobody has set another, and some time for clocks that differ.
    private static final Duration A_WHILE = WaitRequest.DEFAULT_TIMEOUT.plusMinutes(5);
    private static final String PAUSED = "paused";
    private static final Set<String> LED = Set.of("running", PAUSED);
    private static final List<String> KINDS = List.of("Deployment", "StatefulSet", "DaemonSet");

    private HoldRepair() {}

    /**
     * A held workload, or a suspended CronJob.
     *
     * @param ref the workload or CronJob
     * @param release which release holds it, and how that one stands, for people
     * @param led whether that release is under way or waits for an answer
     */
    public record HeldWorkload(ObjectRef ref, String release, boolean led) {}

    /** All held workloads and suspended CronJobs of a namespace. */
    public static List<HeldWorkload> find(ClusterPort port, String namespace, Instant now) {
        List<KubeObject> held = new ArrayList<>();
        for (String kind : KINDS) {
            port.list(Selection.of("apps/v1", kind, namespace)).stream()
                    .filter(o -> Hold.of(o).isPresent()
                            || Colours.of(o).isPresent()
                            || TrafficShare.of(o).isPresent())
                    .forEach(held::add);
        }
        CronJobGuard.served(port).ifPresent(version -> port.list(Selection.of(version, "CronJob", namespace)).stream()
                .filter(o -> Suspension.of(o).isPresent())
                .forEach(held::add));
        if (held.isEmpty()) {
            return List.of();
        }
        Optional<Map<String, StoredRelease>> kept = kept(port, namespace);
        return held.stream().map(o -> told(port, o, kept, now)).toList();
    }

    // Who may not read it can still end a hold.
    private static Optional<Map<String, StoredRelease>> kept(ClusterPort port, String namespace) {
        Map<String, StoredRelease> kept = new HashMap<>();
        try {
            new ReleaseStore(port, namespace)
                    .list("")
                    .forEach(r -> kept.put(r.record().id(), r));
            return Optional.of(kept);
        } catch (ReleaseException e) {
            if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static HeldWorkload told(
            ClusterPort port, KubeObject object, Optional<Map<String, StoredRelease>> kept, Instant now) {
        Optional<String> id = Hold.of(object)
                .map(Hold::release)
                .or(() -> Colours.of(object).map(Colours::release))
                .or(() -> Suspension.of(object).map(Suspension::release));
        if (id.isEmpty()) {
            return new HeldWorkload(object.ref(), "a release that has split its requests and has ended", false);
        }
        StoredRelease release = kept.map(k -> k.get(id.get())).orElse(null);
        if (release == null) {
            String words = "release " + id.get()
                    + (kept.isPresent() ? ", which is not kept" : ", and the history of releases may not be read");
            boolean recent = changed(port, object.ref()).plus(A_WHILE).isAfter(now);
            return new HeldWorkload(
                    object.ref(),
                    recent ? words + "; it has just been changed, so that somebody may still lead it" : words,
                    recent);
        }
        String state = release.state(now);
        if (state.equals(PAUSED) && Suspension.of(object).isPresent() && isTakenOver(port, release)) {
            return new HeldWorkload(
                    object.ref(), release + ", which was paused and whose workloads another has taken over", false);
        }
        return new HeldWorkload(object.ref(), release + ", which is " + state, LED.contains(state));
    }

    private static boolean isTakenOver(ClusterPort port, StoredRelease release) {
        return release.token().filter(t -> !t.held().isEmpty()).isPresent() && !HeldReleases.holds(port, release);
    }

    private static Optional<String> holder(KubeObject workload) {
        return Hold.of(workload).map(Hold::release);
    }

    /** When we have last changed an object, by the cluster's clock. */
    private static Instant changed(ClusterPort port, ObjectRef ref) {
        return port.booked(ref).map(o -> o.children("metadata", "managedFields")).orElse(List.of()).stream()
                .filter(f -> f.text("manager")
                        .filter(ClusterPort.FIELD_MANAGER::equals)
                        .isPresent())
                .flatMap(f -> f.text("time").stream())
                .map(Instant::parse)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /**
     * Puts the original values back. A held workload then goes on by itself, to the new revision; one with two colours
     * keeps that which serves; a CronJob starts Jobs again if it did before.
     *
     * @return what became of it, as a clause
     */
    public static String repair(ClusterPort port, ObjectRef ref, Scheduler clock) {
        if (ref.kind().equals("CronJob")) {
            port.get(ref).flatMap(Suspension::of).ifPresent(s -> new CronJobReturn(port).giveBack(ref, s.release(), s));
            return "it is as it was before";
        }
        if (port.get(ref).flatMap(Colours::of).isPresent()) {
            return new ColourEnd(port, event -> {}).repair(ref, clock);
        }
        Optional<KubeObject> found = port.get(ref);
        String requests = found.map(live -> rejoin(port, live)).orElse("");
        Optional<String> holder = found.flatMap(HoldRepair::holder);
        boolean held = GuardedApply.change(port, ref, booked -> Optional.of(port.owned(booked))
                        .filter(owned -> holder.isPresent() && holder(booked).equals(holder))
                        .map(Holds::restored))
                .isPresent();
        return (held ? "it goes on to its new revision" : "it is free") + requests;
    }

    /** @return what became of the split of its requests, if there is one, to go on with */
    private static String rejoin(ClusterPort port, KubeObject live) {
        if (TrafficShare.of(live).isEmpty()) {
            return "";
        }
        TrafficShift traffic = new TrafficShift(port, event -> {});
        if (traffic.join(live)) {
            return "; requests go to all its pods again, and doctor --repair, called once more, or the next release"
                    + " removes what split them";
        }
        traffic.clean(live);
        return "; what split its requests is gone";
    }
}
