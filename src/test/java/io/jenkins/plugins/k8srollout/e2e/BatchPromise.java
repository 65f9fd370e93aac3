package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.e2e.ReleaseLedger.Entry;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What batches promise (docs/user/strategies.md), computed apart from the engine and held against a {@link
 * ReleaseLedger}: after each event never more new pods than the batches so far, never fewer ready pods than all (start
 * first) or than all but a batch (stop first).
 *
 * <p>How far the release is comes from the workload as it was in that moment. Pods that others delete are missing besides,
 * each until one that came later in its place is ready, or until all there can be are ready. Where somebody scales the
 * workload the numbers hold in proportion, give or take the two pods that the controller rounds (what may be missing, and
 * what may be beside), and those of before hold until the controller reports that it has followed. Where the batch was
 * all there was, and no old pod is left to scale, the controller grows new ones, and until they are all ready there are
 * no fewer ready pods than before.
 */
final class BatchPromise {
    private static final int ROUNDED = 2;

    private final IntFunction<List<Integer>> targets;
    private final boolean beside;
    private final Set<String> killed;

    private final Map<String, KubeObject> pods = new HashMap<>();
    private final Map<String, Long> born = new HashMap<>();
    private final Set<String> before = new HashSet<>();
    private final List<Missing> missing = new ArrayList<>();
    private final Set<Integer> scales = new LinkedHashSet<>();
    private final List<String> broken = new ArrayList<>();
    private KubeObject workload = KubeObject.empty();
    private boolean scaled;
    private boolean whole;
    private long inherited;
    private long late;
    private long taken;
    private int checked;
    private int crowded;

    /**
     * A pod that somebody else has deleted.
     *
     * @param place where its successor appears
     */
    private record Missing(String place, long since) {}

    /** The most and the fewest there may be. */
    private record Limits(long fresh, long ready, long all) {}

    /**
     * @param targets how many pods are new after each batch, by the number of replicas; growing, all of them in the end
     * @param beside whether new pods start beside the old ones
     * @param killed uids of the pods that others have deleted
     */
    BatchPromise(IntFunction<List<Integer>> targets, boolean beside, Set<String> killed) {
        this.targets = targets;
        this.beside = beside;
        this.killed = Set.copyOf(killed);
    }

    /**
     * @param entries from before the release to its end
     * @return one sentence for each event after which a promise did not hold
     */
    List<String> brokenBy(List<Entry> entries) {
        entries.stream().filter(e -> e.first() && e.isPod()).forEach(e -> before.add(template(e.object())));
        for (Entry entry : entries) {
            if (entry.isPod()) {
                pod(entry);
            } else {
                workload(entry.object());
            }
            if (!entry.first()) {
                check(entry);
            }
        }
        return broken;
    }

    /** After how many events it was looked whether the promise holds. */
    int checked() {
        return checked;
    }

    /**
     * After how many events there were more pods than replicas and a batch. That is the controllers' business and no
     * promise: they start a pod of one ReplicaSet when they have asked for the end of one of another.
     */
    int crowded() {
        return crowded;
    }

    /** How many pods others have deleted while they were ready. */
    long taken() {
        return taken;
    }

    // ---- the book

    private void pod(Entry entry) {
        KubeObject pod = entry.object();
        KubeObject last = pods.get(pod.uid());
        boolean wasAlive = last != null && ReleaseLedger.isAlive(last);
        boolean wasReady = wasAlive && ReleaseLedger.isReady(last);
        if (entry.gone()) {
            pods.remove(pod.uid());
        } else {
            pods.put(pod.uid(), pod);
            born.putIfAbsent(pod.uid(), entry.version());
        }
        boolean alive = !entry.gone() && ReleaseLedger.isAlive(pod);
        if (alive && ReleaseLedger.isReady(pod) && !wasReady) {
            replaced(pod);
        }
        if (wasReady && !alive && killed.contains(pod.uid())) {
            taken++;
            missing.add(new Missing(place(last), entry.version()));
        }
        // A DaemonSet's controller makes the successor of whatever template there is by then.
        boolean comesBackNew = workload.kind().equals("DaemonSet") && killed.contains(pod.uid()) && !isNew(pod);
        late += wasAlive && !alive && comesBackNew ? 1 : 0;
    }

    private void replaced(KubeObject pod) {
        long since = born.get(pod.uid());
        missing.stream()
                .filter(m -> m.place().equals(place(pod)) && m.since() < since)
                .findFirst()
                .ifPresent(missing::remove);
    }

    private String place(KubeObject pod) {
        return switch (workload.kind()) {
            case "StatefulSet" -> pod.name();
            case "DaemonSet" -> pod.text("spec", "nodeName").orElse("");
            default -> template(pod);
        };
    }

    private static String template(KubeObject pod) {
        return pod.labels().getOrDefault("pod-template-hash", pod.labels().get("controller-revision-hash"));
    }

    private boolean isNew(KubeObject pod) {
        return !before.contains(template(pod));
    }

    private void workload(KubeObject now) {
        boolean anew =
                !Hold.of(now).map(Hold::replicas).equals(Hold.of(workload).map(Hold::replicas));
        workload = now;
        int replicas = replicas(now);
        if (scaled && anew) {
            inherited = fresh(); // counted by other batches
        }
        if (scales.add(replicas) && scales.size() > 1) {
            scaled = true;
            whole = isWhole();
            inherited = Math.max(inherited, fresh());
        }
        if (scales.size() > 1 && isFollowed(now, replicas)) {
            scales.removeIf(n -> n != replicas);
            inherited = whole ? Math.max(inherited, fresh()) : inherited;
            whole = false;
        }
    }

    /** Whether no old pod is left, although the release is not over. */
    private boolean isWhole() {
        long alive = pods.values().stream().filter(ReleaseLedger::isAlive).count();
        return Hold.of(workload).isPresent() && fresh() == alive;
    }

    /** Whether the controller says that it is where these replicas ask it to be. */
    private boolean isFollowed(KubeObject now, int replicas) {
        Limits limits = limits(List.of(replicas));
        return now.numberOr(0, "status", "observedGeneration") >= now.numberOr(0, "metadata", "generation")
                && now.numberOr(0, "status", "readyReplicas") >= (whole || beside ? replicas : limits.ready())
                && now.numberOr(0, "status", "replicas") <= limits.all()
                && (whole || now.numberOr(0, "status", "updatedReplicas") <= limits.fresh());
    }

    private static int replicas(KubeObject workload) {
        return (int)
                (workload.kind().equals("DaemonSet")
                        ? workload.numberOr(0, "status", "desiredNumberScheduled")
                        : workload.numberOr(1, "spec", "replicas"));
    }

    // ---- the promise

    private Limits limits(Iterable<Integer> numbers) {
        Optional<Hold> hold = Hold.of(workload);
        long fresh = 0;
        long ready = Long.MAX_VALUE;
        long all = 0;
        for (int replicas : numbers) {
            Limits one = hold.map(h -> held(h, replicas)).orElseGet(() -> free(replicas));
            fresh = Math.max(fresh, one.fresh());
            ready = Math.min(ready, one.ready());
            all = Math.max(all, one.all());
        }
        return new Limits(fresh, ready, all);
    }

    private Limits free(int replicas) {
        boolean isOver = workload.numberOr(0, "metadata", "generation") > 1 && fresh() > 0;
        return new Limits(isOver ? Long.MAX_VALUE : 0, replicas, replicas);
    }

    private Limits held(Hold hold, int replicas) {
        List<Integer> plan = targets.apply(hold.replicas());
        int batch = Math.min(hold.step().batch(), plan.size());
        int target = plan.get(batch - 1);
        int done = batch == 1 ? 0 : plan.get(batch - 2);
        long size = part(target - done, replicas, hold.replicas());
        long besideReady = scaled && replicas != hold.replicas() ? ROUNDED : 0;
        long retired = beside ? besideReady : size;
        // Until the old pods of a batch have ended, they are there beside the new ones.
        long surge = beside ? size : 0;
        return new Limits(part(target, replicas, hold.replicas()), replicas - retired, replicas + surge);
    }

    /** The part of other replicas; exact for those it is said of. */
    private long part(int pods, int replicas, int of) {
        if (replicas == of && !scaled) {
            return pods;
        }
        return of == 0 ? replicas : ((long) pods * replicas + of - 1) / of + ROUNDED;
    }

    private long fresh() {
        return pods.values().stream()
                .filter(ReleaseLedger::isAlive)
                .filter(this::isNew)
                .count();
    }

    private void check(Entry entry) {
        checked++;
        Limits limits = limits(scales);
        long alive = pods.values().stream().filter(ReleaseLedger::isAlive).count();
        long ready = pods.values().stream()
                .filter(ReleaseLedger::isAlive)
                .filter(ReleaseLedger::isReady)
                .count();
        if (ready >= limits.all()) {
            missing.clear();
        }
        boolean holds = (whole || fresh() - late <= Math.max(limits.fresh(), inherited))
                && ready >= limits.ready() - missing.size();
        crowded += alive > limits.all() ? 1 : 0;
        if (!holds) {
            broken.add("at " + entry.version() + " (" + entry.object().kind() + " "
                    + entry.object().name() + (entry.gone() ? ", gone" : "") + "): " + fresh() + " new, " + ready
                    + " ready of " + alive + " pods, allowed " + limits + ", " + missing.size()
                    + " taken away, replicas "
                    + scales + ", "
                    + Hold.of(workload)
                            .map(h -> h.step() + (h.paused() ? " paused" : "") + " of " + h.replicas())
                            .orElse("no hold"));
        }
    }
}
