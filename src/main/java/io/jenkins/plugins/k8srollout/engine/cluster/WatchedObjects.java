package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The objects a reflector knows and those who want to be told. Listeners are only given mail, never called. */
final class WatchedObjects {
    private final KeptForm form;
    private final Map<String, KubeObject> known = new LinkedHashMap<>();
    private final Map<Delivery, ProgressSink> listeners = new LinkedHashMap<>();
    private boolean synced;
    private boolean ended;

    WatchedObjects(KeptForm form) {
        this.form = form;
    }

    /** @return false if nothing will be told any more */
    synchronized boolean join(Delivery delivery, ProgressSink sink) {
        if (ended) {
            return false;
        }
        listeners.put(delivery, sink);
        known.values().forEach(o -> delivery.put(l -> l.changed(o)));
        if (synced) {
            delivery.put(WatchListener::synced);
        }
        return true;
    }

    /** @return true if nobody is left */
    synchronized boolean leave(Delivery delivery) {
        return listeners.remove(delivery) != null && listeners.isEmpty();
    }

    /** Takes a complete list and tells what is different. */
    synchronized void replace(List<KubeObject> found) {
        Set<String> gone = new HashSet<>(known.keySet());
        for (KubeObject object : found) {
            gone.remove(key(object));
            put(object);
        }
        gone.forEach(key -> remove(known.get(key)));
        if (!synced) {
            synced = true;
            tellAll(WatchListener::synced);
        }
    }

    /** The server is away; {@link #replace} ends that. */
    synchronized void disconnect() {
        if (synced) {
            synced = false;
            tellAll(WatchListener::disconnected);
        }
    }

    synchronized void put(KubeObject object) {
        if (!KeptForm.isOfInterest(object)) {
            return;
        }
        KubeObject slim = form.of(object);
        KubeObject before = known.put(key(slim), slim);
        if (before != null && !before.uid().equals(slim.uid())) {
            tellAll(l -> l.deleted(before));
        }
        if (!slim.equals(before)) {
            tellAll(l -> l.changed(slim));
        }
    }

    synchronized void remove(KubeObject object) {
        if (known.remove(key(object)) != null) {
            KubeObject slim = form.of(object);
            tellAll(l -> l.deleted(slim));
        }
    }

    synchronized void fail(RuntimeException reason) {
        ended = true;
        listeners.keySet().forEach(d -> d.putLast(l -> l.failed(reason)));
        listeners.clear();
    }

    synchronized void end() {
        ended = true;
        listeners.keySet().forEach(Delivery::end);
        listeners.clear();
    }

    void tell(ProgressEvent event) {
        Set<ProgressSink> sinks;
        synchronized (this) {
            sinks = new HashSet<>(listeners.values());
        }
        sinks.forEach(s -> s.accept(event));
    }

    private void tellAll(Consumer<WatchListener> call) {
        listeners.keySet().forEach(d -> d.put(call));
    }

    /** What tells the objects of one kind apart. */
    static String key(KubeObject object) {
        return object.namespace() + "/" + object.name();
    }
}
