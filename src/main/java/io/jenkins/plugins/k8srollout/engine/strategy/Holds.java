package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold.Revision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Holds workloads for a release, lets them go step by step, and puts back what was there. Every change is one object to
 * apply; what it depends on is in the object's own annotation ({@link Hold}), so that whoever comes can go on. Pure.
 */
public final class Holds {
    private static final Map<String, WorkloadHold> TABLE = Map.of(
            "apps/Deployment", new DeploymentHold(),
            "apps/StatefulSet", new StatefulSetHold(),
            "apps/DaemonSet", new DaemonSetHold());

    private static final BatchSizes AT_ONCE = BatchSizes.equal(1);

    private Holds() {}

    /** Whether workloads of this kind can be held. */
    public static boolean isHoldable(ObjectRef ref) {
        return TABLE.containsKey(key(ref));
    }

    /** Whether a workload of this kind can start new pods before the old ones stop. */
    public static boolean startsFirst(ObjectRef ref) {
        return isHoldable(ref) && kind(ref).startsFirst();
    }

    /** Whether some pods of the workload are still of an older template. */
    public static boolean isUnfinished(KubeObject live) {
        return isHoldable(live.ref())
                && (Hold.of(live).isPresent() || kind(live.ref()).isUnfinished(live));
    }

    /**
     * The object to apply so that the first step of a strategy happens, and no more.
     *
     * @param desired as it is to be in the end
     * @param live as it will be by then, but for what the strategy changes: with the replicas of {@code desired}
     * @param owned what is ours of it now
     * @param previous the revision that serves; of a workload that is held already, its annotation knows better
     * @return empty if the strategy needs no hold here: there is no pod to replace, or the kind does so by itself
     */
    public static Optional<KubeObject> begin(
            KubeObject desired,
            KubeObject live,
            KubeObject owned,
            Strategy strategy,
            String release,
            Optional<Revision> previous) {
        if (!isHoldable(live.ref()) || strategy instanceof Strategy.Rolling) {
            return Optional.empty();
        }
        WorkloadHold kind = kind(live.ref());
        boolean recreate = strategy instanceof Strategy.Recreate;
        KubeObject original = KubeObject.empty();
        for (String field : kind.names()) {
            Optional<Object> wanted = desired.find("spec", field);
            original = wanted.isPresent() ? original.with(wanted.get(), field) : original;
        }
        Hold hold = new Hold(
                release,
                recreate,
                BatchStep.first(order(strategy)),
                false,
                kind.replicas(live),
                OptionalInt.empty(),
                original,
                kept(kind, desired, live, owned),
                Hold.of(live).flatMap(Hold::previous).or(() -> previous));
        boolean nothing = plan(kind, live, strategy, hold).batches() == 0
                || recreate && kind.recreate(live).isEmpty();
        return nothing ? Optional.empty() : Optional.of(at(desired, live, hold, strategy));
    }

    // What others have set stays theirs to keep, also when one held release follows another.
    private static KubeObject kept(WorkloadHold kind, KubeObject desired, KubeObject live, KubeObject owned) {
        Optional<Hold> held = Hold.of(live);
        KubeObject kept = KubeObject.empty();
        for (String field : kind.names()) {
            Optional<Object> value = held.isPresent()
                    ? held.get().kept().find(field)
                    : live.find("spec", field)
                            .filter(v -> desired.has("spec", field) || !owned.has("spec", field))
                            .filter(v -> !Optional.of(v).equals(kind.defaults().find(field)));
            Optional<Object> left = value.flatMap(v -> Unasked.of(
                    v,
                    desired.find("spec", field),
                    held.isPresent() ? KubeObject.empty() : owned.child("spec", field),
                    kind.defaults().child(field)));
            kept = left.isPresent() ? kept.with(left.get(), field) : kept;
        }
        return kept;
    }

    /**
     * What is to be done so that a step happens, or one after it that was begun already. If the workload was scaled, its
     * controller may have fewer new pods now than the batch is to have of the new number: then these start first, also if
     * they had been started before.
     */
    public static HoldDecision decide(KubeObject live, String release, Strategy strategy, BatchStep asked) {
        Optional<Hold> found = Hold.of(live);
        if (found.isEmpty()) {
            return new HoldDecision.Disturbed("somebody has ended its hold: the annotation " + Hold.ANNOTATION
                    + " is gone, and Kubernetes may go on by itself");
        }
        Hold hold = found.get();
        if (!hold.release().equals(release)) {
            return new HoldDecision.Disturbed("another release, " + hold.release() + ", holds it now");
        }
        WorkloadHold kind = kind(live.ref());
        BatchStep step = hold.step().compareTo(asked) > 0 ? hold.step() : asked;
        Hold next = next(hold, step, kind, live, strategy);
        BatchGoal goal = goal(live, next, strategy);
        return next.equals(hold) && isSet(live, fields(kind, live, next, strategy))
                ? new HoldDecision.Wait(next.step(), goal)
                : new HoldDecision.Advance(next, goal);
    }

    private static Hold next(Hold hold, BatchStep asked, WorkloadHold kind, KubeObject live, Strategy strategy) {
        int replicas = kind.replicas(live);
        boolean starts = kind.startsFirst() && !hold.recreate() && order(strategy) == Order.START_FIRST;
        boolean scaled = hold.replicas() != replicas;
        boolean starting = !asked.endsBatch() && !asked.equals(hold.step());
        if (!starts || !scaled && (!starting || hold.replaced().isEmpty())) {
            return hold.at(asked, replicas, hold.replaced());
        }
        int target = asked.target(plan(kind, live, strategy, hold));
        int replaced = Math.min(target, replaced(hold, kind, live, strategy));
        BatchStep step = replaced < target ? asked.start() : asked;
        return hold.at(step, replicas, OptionalInt.of(replaced));
    }

    /** How many pods of a Deployment have been replaced, as it is scaled now. */
    private static int replaced(Hold hold, WorkloadHold kind, KubeObject live, Strategy strategy) {
        int replicas = kind.replicas(live);
        long pods = live.numberOr(-1, "status", "replicas");
        boolean quiet = hold.step().endsBatch()
                && pods == replicas
                && live.numberOr(0, "status", "observedGeneration") >= live.numberOr(0, "metadata", "generation");
        if (quiet) {
            return (int) live.numberOr(0, "status", "updatedReplicas");
        }
        // Its controller is about to follow, and does so in proportion.
        BatchPlan before = BatchPlan.of(sizes(strategy), hold.replicas());
        int had = hold.step().endsBatch()
                ? hold.step().target(before)
                : hold.replaced().orElse(hold.step().retired(before));
        return hold.replicas() == 0 ? 0 : (int) ((long) had * replicas / hold.replicas());
    }

    private static boolean isSet(KubeObject live, KubeObject fields) {
        return contains(live.child("spec").fields(), fields.fields());
    }

    // The server may have filled in more.
    private static boolean contains(Object whole, Object part) {
        if (whole instanceof Map<?, ?> all && part instanceof Map<?, ?> some) {
            return some.entrySet().stream().allMatch(e -> contains(all.get(e.getKey()), e.getValue()));
        }
        return part.equals(whole);
    }

    /**
     * An object with what a hold sets.
     *
     * @param object what is ours of the workload, or what a release wants of it
     */
    public static KubeObject at(KubeObject object, KubeObject live, Hold hold, Strategy strategy) {
        WorkloadHold kind = kind(live.ref());
        KubeObject held = object;
        for (String field : kind.names()) {
            held = held.without("spec", field);
        }
        return hold.on(withAll(held, restoredFields(kind, hold), fields(kind, live, hold, strategy)));
    }

    private static KubeObject restoredFields(WorkloadHold kind, Hold hold) {
        KubeObject fields = KubeObject.empty();
        for (String field : kind.names()) {
            Optional<Object> value = hold.original(field);
            fields = value.isPresent() ? fields.with(value.get(), field) : fields;
        }
        return fields;
    }

    private static KubeObject withAll(KubeObject object, KubeObject fields, KubeObject over) {
        Map<String, Object> all = new LinkedHashMap<>(fields.fields());
        all.putAll(over.fields());
        KubeObject result = object;
        for (Map.Entry<String, Object> field : all.entrySet()) {
            result = result.with(field.getValue(), "spec", field.getKey());
        }
        return result;
    }

    private static KubeObject fields(WorkloadHold kind, KubeObject live, Hold hold, Strategy strategy) {
        return hold.recreate()
                ? kind.recreate(live)
                : kind.fields(kind.replicas(live), plan(kind, live, strategy, hold), hold.step(), live, hold);
    }

    private static BatchPlan plan(WorkloadHold kind, KubeObject live, Strategy strategy, Hold hold) {
        KubeObject restored = restoredFields(kind, hold);
        return BatchPlan.of(sizes(strategy), kind.replaced(live, restored));
    }

    /** How many batches a held workload takes, as it is scaled now. */
    public static int batches(KubeObject live, Strategy strategy) {
        return Hold.of(live)
                .map(hold -> plan(kind(live.ref()), live, strategy, hold).batches())
                .orElse(0);
    }

    /** What a workload must show for a hold's step to be done. */
    public static BatchGoal goal(KubeObject live, Hold hold, Strategy strategy) {
        WorkloadHold kind = kind(live.ref());
        BatchPlan plan = plan(kind, live, strategy, hold);
        boolean beside = kind.startsFirst() && !hold.step().endsBatch();
        int target = kind.startsFirst() ? hold.step().target(plan) : hold.step().retired(plan);
        return new BatchGoal(target, kind.replicas(live), !beside);
    }

    /**
     * What is ours of a workload, without the hold: the original values in its place. The same object if it is not held.
     */
    public static KubeObject restored(KubeObject owned) {
        Optional<Hold> hold = Hold.of(owned);
        KubeObject free = owned.without("metadata", "annotations", Hold.ANNOTATION);
        free = free.child("metadata", "annotations").isEmpty() ? free.without("metadata", "annotations") : free;
        if (hold.isEmpty() || !isHoldable(owned.ref())) {
            return free;
        }
        WorkloadHold kind = kind(owned.ref());
        for (String field : kind.names()) {
            free = free.without("spec", field);
        }
        return withAll(free, restoredFields(kind, hold.get()), KubeObject.empty());
    }

    /**
     * What a release that holds nothing wants of a workload that an earlier one has held: as it says, and what others had
     * set before that one.
     */
    public static KubeObject freed(KubeObject desired, Hold earlier) {
        KubeObject freed = desired;
        for (Map.Entry<String, Object> field : earlier.kept().fields().entrySet()) {
            Object whole = desired.find("spec", field.getKey())
                    .map(wanted -> Unasked.of(
                                    field.getValue(), Optional.of(wanted), KubeObject.empty(), KubeObject.empty())
                            .map(left -> Unasked.over(left, wanted))
                            .orElse(wanted))
                    .orElse(field.getValue());
            freed = freed.with(whole, "spec", field.getKey());
        }
        return freed;
    }

    /** The pods to delete so that a goal is reached: none but of a DaemonSet, which does not replace them by itself. */
    public static List<KubeObject> surplus(KubeObject live, List<KubeObject> pods, BatchGoal goal) {
        boolean deletes = live.kind().equals("DaemonSet")
                && Hold.of(live).filter(h -> !h.recreate()).isPresent();
        return deletes ? DaemonSetHold.surplus(live, pods, goal) : List.of();
    }

    /**
     * What must be applied before {@link #begin}'s object so that the server can take it: fields that it keeps only as
     * long as nobody owns them. Changes nothing but that.
     *
     * @param owned what is ours of the workload now
     */
    public static Optional<KubeObject> beforehand(KubeObject begin, KubeObject live, KubeObject owned) {
        boolean leaves = begin.text("spec", "strategy", "type")
                        .filter("Recreate"::equals)
                        .isPresent()
                && live.has("spec", "strategy", "rollingUpdate");
        return leaves
                ? Optional.of(owned.with(live.child("spec", "strategy").fields(), "spec", "strategy"))
                : Optional.empty();
    }

    private static BatchSizes sizes(Strategy strategy) {
        return strategy.inBatches().map(Batches::sizes).orElse(AT_ONCE);
    }

    private static Order order(Strategy strategy) {
        return strategy.inBatches().map(Batches::order).orElse(Order.STOP_FIRST);
    }

    private static WorkloadHold kind(ObjectRef ref) {
        return TABLE.get(key(ref));
    }

    private static String key(ObjectRef ref) {
        return ref.group() + "/" + ref.kind();
    }
}
