package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Books every event of one workload and of its pods, so that they can be read afterwards in the order in which they
 * happened: which pods there were in the very moment in which the workload allowed so and so much. Two watches have no
 * common order of arrival; the order is that of the resource versions, which the API server's one store counts up.
 */
final class ReleaseLedger implements WatchListener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    /**
     * One event.
     *
     * @param first whether it was there when the book was opened
     * @param version the store's count
     * @param gone whether the object was removed with it
     */
    record Entry(boolean first, long version, KubeObject object, boolean gone) {
        boolean isPod() {
            return object.kind().equals("Pod");
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, KubeObject> pods = new HashMap<>();
    private final CountDownLatch begun = new CountDownLatch(2);
    private final List<Cancellable> watches;
    private int losses;
    private RuntimeException failure;

    /** Begins, and returns once all that exists is booked. The pods are those labelled {@code app=<the workload's name>}. */
    ReleaseLedger(ClusterPort port, ObjectRef workload) throws InterruptedException {
        Selection itself = new Selection(
                workload.apiVersion(), workload.kind(), workload.namespace(), "", "metadata.name=" + workload.name());
        Selection all = Selection.of("v1", "Pod", workload.namespace()).labelled("app=" + workload.name());
        watches = List.of(port.watch(itself, this), port.watch(all, this));
        if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the watches of " + workload + " did not begin");
        }
    }

    @Override
    public synchronized void changed(KubeObject object) {
        entries.add(new Entry(begun.getCount() > 0, version(object), object, false));
        if (object.kind().equals("Pod")) {
            pods.put(object.uid(), object);
        }
    }

    @Override
    public synchronized void deleted(KubeObject object) {
        KubeObject last = pods.remove(object.uid());
        long seen = last == null ? 0 : version(last);
        entries.add(new Entry(false, Math.max(seen, version(object)), object, true));
    }

    private static long version(KubeObject object) {
        return Long.parseLong(object.text("metadata", "resourceVersion").orElse("0"));
    }

    @Override
    public void synced() {
        begun.countDown();
    }

    @Override
    public synchronized void disconnected() {
        losses++;
    }

    @Override
    public synchronized void failed(RuntimeException reason) {
        failure = reason;
    }

    /** Pods that are there and not ending. */
    synchronized List<KubeObject> alive() {
        return pods.values().stream().filter(ReleaseLedger::isAlive).toList();
    }

    static boolean isAlive(KubeObject pod) {
        return !pod.has("metadata", "deletionTimestamp");
    }

    static boolean isReady(KubeObject pod) {
        return pod.children("status", "conditions").stream()
                .anyMatch(c -> c.text("type").filter("Ready"::equals).isPresent()
                        && c.text("status").filter("True"::equals).isPresent());
    }

    /** What there was at the beginning, then all events so far in their order. */
    synchronized List<Entry> entries() {
        if (failure != null) {
            throw failure;
        }
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(Entry::first).reversed().thenComparingLong(Entry::version));
        return sorted;
    }

    /** How often a watch was away for a while, so that events may be missing. */
    synchronized int losses() {
        return losses;
    }

    @Override
    public void close() {
        watches.forEach(Cancellable::cancel);
    }
}
