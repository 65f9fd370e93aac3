package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of one object and its surroundings at one moment. The lists may hold what belongs to others, too; it
 * is told apart by owner and by the events' objects.
 *
 * @param workload the object to judge, of any kind
 * @param replicaSets those of a Deployment
 * @param pods the workload's pods of all revisions
 * @param events about the workload, its ReplicaSets, pods and claims
 * @param earlierEvents of those, the ones from before anybody watched. They are as good as others when they are about a
 *     pod; about a controller they may speak of an earlier revision, so that they explain but do not decide
 * @param lastEnd when a pod of the workload was last seen to end, by the cluster's clock; empty if none was
 * @param now the present by the cluster's clock
 */
public record WorkloadSnapshot(
        KubeObject workload,
        List<KubeObject> replicaSets,
        List<KubeObject> pods,
        List<KubeObject> events,
        Set<KubeObject> earlierEvents,
        Optional<Instant> lastEnd,
        Instant now) {

    public WorkloadSnapshot {
        Objects.requireNonNull(workload, "workload");
        Objects.requireNonNull(lastEnd, "lastEnd");
        Objects.requireNonNull(now, "now");
        replicaSets = List.copyOf(replicaSets);
        pods = List.copyOf(pods);
        events = List.copyOf(events);
        earlierEvents = Set.copyOf(earlierEvents);
    }

    /** Those of {@code candidates} that {@code owner} controls. */
    static List<KubeObject> ownedBy(KubeObject owner, Collection<KubeObject> candidates) {
        return candidates.stream().filter(o -> isOwned(owner, o)).toList();
    }

    private static boolean isOwned(KubeObject owner, KubeObject object) {
        return !owner.uid().isEmpty()
                && object.children("metadata", "ownerReferences").stream()
                        .anyMatch(r -> r.text("uid").orElse("").equals(owner.uid()));
    }

    List<KubeObject> eventsOf(KubeObject object) {
        return events.stream().filter(e -> isAbout(e, object)).toList();
    }

    private static boolean isAbout(KubeObject event, KubeObject object) {
        String uid = event.text("involvedObject", "uid").orElse("");
        if (!uid.isEmpty() && !object.uid().isEmpty()) {
            return uid.equals(object.uid());
        }
        return event.text("involvedObject", "kind").orElse("").equals(object.kind())
                && event.text("involvedObject", "name").orElse("").equals(object.name());
    }
}
