package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One {@link Reflector} per selection however many listen. A late listener is told what is known at once, without a
 * request. With the last listener the connection goes.
 */
final class SharedWatches implements AutoCloseable {
    private final Map<Selection, Reflector> reflectors = new HashMap<>();
    private final Function<Selection, Reflector> factory;
    private final Scheduler scheduler;

    SharedWatches(Function<Selection, Reflector> factory, Scheduler scheduler) {
        this.factory = factory;
        this.scheduler = scheduler;
    }

    /** @param sink told of lost connections while this listener stays */
    Cancellable watch(Selection selection, WatchListener listener, ProgressSink sink) {
        Delivery delivery = new Delivery(listener, scheduler);
        Reflector reflector;
        boolean fresh;
        synchronized (this) {
            reflector = reflectors.get(selection);
            fresh = reflector == null || !reflector.join(delivery, sink);
            if (fresh) {
                reflector = factory.apply(selection);
                reflector.join(delivery, sink);
                reflectors.put(selection, reflector);
            }
        }
        if (fresh) {
            reflector.start();
        }
        Reflector joined = reflector;
        return () -> leave(selection, joined, delivery);
    }

    private void leave(Selection selection, Reflector reflector, Delivery delivery) {
        delivery.end();
        synchronized (this) {
            if (!reflector.leave(delivery)) {
                return;
            }
            reflectors.remove(selection, reflector);
        }
        reflector.stop();
    }

    /** How many connections are held. */
    synchronized int open() {
        return reflectors.size();
    }

    @Override
    public void close() {
        List<Reflector> all;
        synchronized (this) {
            all = List.copyOf(reflectors.values());
            reflectors.clear();
        }
        all.forEach(Reflector::stop);
    }
}
