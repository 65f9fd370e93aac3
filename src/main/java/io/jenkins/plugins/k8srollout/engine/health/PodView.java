package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All that the rows of {@link PodDiagnosis} look at.
 *
 * @param pod the pod
 * @param events about it, newest first
 * @param policy the patience
 * @param now the present, by the cluster's clock
 */
record PodView(KubeObject pod, List<EventView> events, HealthPolicy policy, Instant now) {

    static PodView of(KubeObject pod, Collection<KubeObject> events, HealthPolicy policy, Instant now) {
        List<EventView> sorted = events.stream()
                .map(EventView::new)
                .sorted(EventView.NEWEST_FIRST)
                .toList();
        return new PodView(pod, sorted, policy, now);
    }

    /** Init containers first, in order of their start. */
    List<ContainerView> containers() {
        List<ContainerView> views = new ArrayList<>();
        collect(true, "initContainers", "initContainerStatuses", views);
        collect(false, "containers", "containerStatuses", views);
        return views;
    }

    private void collect(boolean init, String specs, String statuses, List<ContainerView> views) {
        for (KubeObject spec : pod.children("spec", specs)) {
            String name = spec.text("name").orElse("");
            KubeObject status = pod.children("status", statuses).stream()
                    .filter(s -> s.text("name").orElse("").equals(name))
                    .findFirst()
                    .orElse(KubeObject.empty());
            views.add(new ContainerView(init, spec, status));
        }
    }

    Optional<EventView> newest(String reason) {
        return events.stream().filter(e -> e.reason().equals(reason)).findFirst();
    }

    /** The newest event of a container whose message contains a text. */
    Optional<EventView> newest(ContainerView container, String reason, String text) {
        return events.stream()
                .filter(e -> e.reason().equals(reason)
                        && e.container().equals(container.name())
                        && e.message().contains(text))
                .findFirst();
    }

    Instant created() {
        return EventView.time(pod, "metadata", "creationTimestamp").orElse(now);
    }

    boolean restartsAlways() {
        return pod.text("spec", "restartPolicy").orElse("Always").equals("Always");
    }

    boolean belongsToJob() {
        return PodEnd.isOfJob(pod);
    }

    Health.Cause cause(Health.Weight weight, String code, String detail, String remedy) {
        return new Health.Cause(weight, code, pod.ref(), "", ServerWords.shown(detail), remedy);
    }

    Health.Cause cause(ContainerView container, Health.Weight weight, String code, String detail, String remedy) {
        return new Health.Cause(weight, code, pod.ref(), container.name(), ServerWords.shown(detail), remedy);
    }
}
