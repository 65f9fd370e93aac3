package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which CronJobs a release suspends, with what change, and how they get back what they had. Pure. */
public final class Suspensions {
    private static final Object[] SUSPEND = {"spec", "suspend"};
    private static final String FIELD = "suspend";
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");

    /** By these labels people say to which application something belongs, the most telling first. */
    private static final List<String> APPLICATION =
            List.of("app.kubernetes.io/instance", "app.kubernetes.io/name", "app", "k8s-app");

    private Suspensions() {}

    /**
     * Whether a CronJob belongs to a workload: it is in the same namespace, and either its pods have all labels of the
     * workload's selector, or of the labels that name an application ({@code app.kubernetes.io/instance}, {@code
     * app.kubernetes.io/name}, {@code app}, {@code k8s-app}) the first that the selector has is the same at the CronJob
     * or its pods.
     */
    public static boolean belongs(KubeObject cronJob, KubeObject workload) {
        Map<String, String> selector = workload.strings("spec", "selector", "matchLabels");
        if (!WORKLOADS.contains(workload.kind())
                || !cronJob.kind().equals("CronJob")
                || !cronJob.namespace().equals(workload.namespace())
                || selector.isEmpty()) {
            return false;
        }
        Map<String, String> pods = cronJob.strings("spec", "jobTemplate", "spec", "template", "metadata", "labels");
        if (pods.entrySet().containsAll(selector.entrySet())) {
            return true;
        }
        return APPLICATION.stream()
                .filter(selector::containsKey)
                .findFirst()
                .filter(key -> selector.get(key).equals(pods.get(key))
                        || selector.get(key).equals(cronJob.labels().get(key)))
                .isPresent();
    }

    /** Whether a Job was made by a CronJob and has not ended; one that is itself suspended does not run. */
    public static boolean isRunning(KubeObject job, String cronJobUid) {
        boolean owned = job.children("metadata", "ownerReferences").stream()
                .anyMatch(o -> o.text("uid").filter(cronJobUid::equals).isPresent());
        boolean ended = job.children("status", "conditions").stream()
                .anyMatch(c -> c.text("status").filter("True"::equals).isPresent()
                        && c.text("type")
                                .filter(t -> t.equals("Complete") || t.equals("Failed"))
                                .isPresent());
        return owned && !ended && !job.flag(SUSPEND);
    }

    /**
     * What is to return to a CronJob. If another release has suspended it already, that is what was there before both.
     *
     * @param booked as it is, with its {@code managedFields}
     */
    public static Suspension begin(KubeObject booked, String release) {
        return Suspension.of(booked)
                .map(s -> new Suspension(release, s.suspend(), s.stated(), s.owners()))
                .orElseGet(() -> new Suspension(
                        release, booked.find(SUSPEND).map(Boolean.TRUE::equals), false, FieldOwner.of(booked, FIELD)));
    }

    /**
     * The same for a CronJob that the release itself applies: what its manifest says, if it says it; else what a plain
     * apply would have left there.
     *
     * @param desired as the release wants it
     * @param begun of the CronJob as it is; empty if it does not exist
     */
    public static Suspension applied(
            KubeObject desired, Optional<Suspension> begun, String release, String ourManager) {
        boolean stated = desired.has(SUSPEND);
        List<FieldOwner> before = begun.map(Suspension::owners).orElse(List.of());
        // What only an earlier manifest of ours has set goes with it.
        boolean dropped =
                !before.isEmpty() && before.stream().allMatch(o -> o.manager().equals(ourManager));
        Optional<Boolean> value = stated ? desired.find(SUSPEND).map(Boolean.TRUE::equals) : Optional.empty();
        value = stated || dropped ? value : begun.flatMap(Suspension::suspend);
        List<FieldOwner> owners = before.stream()
                .filter(o -> !o.manager().equals(ourManager))
                .filter(o -> !stated || o.operation().equals("Apply"))
                .toList();
        return new Suspension(release, value, stated, owners);
    }

    /** What is applied of a CronJob in the place of what the release wants of it. */
    public static KubeObject held(KubeObject desired, Suspension suspension) {
        return desired.with(true, SUSPEND).with(suspension.write(), "metadata", "annotations", Suspension.ANNOTATION);
    }

    /** The merge patch that suspends a CronJob as it is, and no other version of it. */
    public static KubeObject patch(KubeObject booked, Suspension suspension) {
        return FieldOwner.guarded(booked)
                .with(true, SUSPEND)
                .with(suspension.write(), "metadata", "annotations", Suspension.ANNOTATION);
    }

    /** What a CronJob shows of its suspension. */
    public enum Standing {
        /** As the release has left it: its value is to be returned. */
        OURS,
        /** It has its value already, and only our marks are left. */
        RETURNED,
        /** Somebody else has decided about it since. */
        FOREIGN,
        /** Another release has taken it over. */
        TAKEN,
        /** There is no mark of ours on it. */
        UNMARKED
    }

    /**
     * @param booked as it is, with its {@code managedFields}
     * @param release which has suspended it
     * @param kept what that release remembers of it
     */
    public static Standing standing(KubeObject booked, String release, Suspension kept, String ourManager) {
        Optional<Suspension> marked = Suspension.of(booked);
        if (marked.isEmpty()) {
            // Somebody has removed the mark alone: the value is still ours if the server books it so.
            boolean ours = FieldOwner.of(booked, FIELD).stream()
                    .anyMatch(o -> o.manager().equals(ourManager));
            return booked.flag(SUSPEND) && ours && !kept.suspend().equals(Optional.of(true))
                    ? Standing.OURS
                    : Standing.UNMARKED;
        }
        if (!marked.get().release().equals(release)) {
            return Standing.TAKEN;
        }
        if (!booked.flag(SUSPEND)) {
            return marked.get().suspend().orElse(false) ? Standing.FOREIGN : Standing.RETURNED;
        }
        if (marked.get().suspend().orElse(false)) {
            return Standing.RETURNED;
        }
        Set<String> before = Set.copyOf(
                marked.get().owners().stream().map(FieldOwner::manager).toList());
        boolean wanted = FieldOwner.of(booked, FIELD).stream()
                .map(FieldOwner::manager)
                .anyMatch(m -> !m.equals(ourManager) && !before.contains(m));
        return wanted ? Standing.FOREIGN : Standing.OURS;
    }

    /** The merge patch that returns the value; our marks stay until {@link #unmarked}. */
    public static KubeObject returned(KubeObject booked, Suspension suspension) {
        return FieldOwner.guarded(booked).with(suspension.suspend().orElse(null), SUSPEND);
    }

    /**
     * The merge patch that removes our mark, and gives the field back to whom it belonged: to change it made it ours.
     *
     * @param returned whether the value is that of before; otherwise it is somebody else's, who has it booked
     */
    public static KubeObject unmarked(KubeObject booked, Suspension suspension, boolean returned, String ourManager) {
        return FieldOwner.returning(
                booked,
                Suspension.ANNOTATION,
                FIELD,
                returned ? suspension.owners() : List.of(),
                suspension.stated(),
                ourManager);
    }
}
