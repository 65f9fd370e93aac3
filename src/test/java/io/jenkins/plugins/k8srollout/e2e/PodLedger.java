package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Books every pod event of an application: the fewest ready pods and the most pods there have ever been, and the most of
 * a template that was not there when the book was opened. A pod that is being deleted no longer counts.
 */
final class PodLedger implements WatchListener, AutoCloseable {
    private final Map<String, KubeObject> pods = new HashMap<>();
    private final Set<String> before = new HashSet<>();
    private final Cancellable watch;
    private boolean synced;
    private long fewestReady = Long.MAX_VALUE;
    private long mostNew;
    private long most;
    private RuntimeException failure;

    PodLedger(ClusterPort port, String namespace, String app) {
        this.watch = port.watch(Selection.of("v1", "Pod", namespace).labelled("app=" + app), this);
    }

    @Override
    public synchronized void changed(KubeObject pod) {
        pods.put(pod.uid(), pod);
        if (!synced) {
            before.add(template(pod));
        }
        book();
    }

    @Override
    public synchronized void deleted(KubeObject pod) {
        pods.remove(pod.uid());
        book();
    }

    @Override
    public synchronized void synced() {
        synced = true;
        book();
    }

    @Override
    public synchronized void failed(RuntimeException reason) {
        failure = reason;
    }

    private void book() {
        if (synced) {
            fewestReady =
                    Math.min(fewestReady, alive().filter(PodLedger::isReady).count());
            most = Math.max(most, alive().count());
            mostNew = Math.max(mostNew, alive().filter(this::isNew).count());
        }
    }

    private Stream<KubeObject> alive() {
        return pods.values().stream().filter(p -> !p.has("metadata", "deletionTimestamp"));
    }

    private boolean isNew(KubeObject pod) {
        return !before.contains(template(pod));
    }

    private static boolean isReady(KubeObject pod) {
        return pod.children("status", "conditions").stream()
                .anyMatch(c -> c.text("type").filter("Ready"::equals).isPresent()
                        && c.text("status").filter("True"::equals).isPresent());
    }

    private static String template(KubeObject pod) {
        return pod.labels().getOrDefault("pod-template-hash", pod.labels().get("controller-revision-hash"));
    }

    synchronized long fewestReady() {
        return fewestReady;
    }

    synchronized long most() {
        return most;
    }

    synchronized long mostNew() {
        return mostNew;
    }

    @Override
    public synchronized void close() {
        watch.cancel();
        if (failure != null) {
            throw failure;
        }
    }
}
