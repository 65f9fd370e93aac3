package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The events of a namespace's pods, watched only while some agent takes long to start: they alone say why an image cannot
 * be pulled or a volume not be mounted, and a namespace can have a great many of them. Agents that start well cost none.
 * Without the right to see events, diagnoses are made from the pods alone.
 */
final class EventFeed {
    private static final Logger LOGGER = Logger.getLogger(EventFeed.class.getName());

    /** From this age on a start is slow. */
    static final Duration CLOSER = Duration.ofSeconds(5);

    private final Selection selection;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final Consumer<String> news;

    // All below is guarded by this.
    private final Map<String, Map<String, KubeObject>> events = new HashMap<>();
    private Cancellable watch;
    private boolean wanted;

    /** @param news told the name of a pod that there is a new event about */
    EventFeed(String namespace, ClusterPort port, Scheduler scheduler, Consumer<String> news) {
        this.selection = new Selection("v1", "Event", namespace, "", "involvedObject.kind=Pod");
        this.port = port;
        this.scheduler = scheduler;
        this.news = news;
    }

    synchronized Collection<KubeObject> of(String pod) {
        return List.copyOf(events.getOrDefault(pod, Map.of()).values());
    }

    /** Opens or ends the watch, on a worker. */
    synchronized void want(boolean value) {
        if (wanted != value) {
            wanted = value;
            scheduler.after(Duration.ZERO, this::adjust);
        }
    }

    private void adjust() {
        Cancellable ended;
        synchronized (this) {
            if (wanted) {
                ended = null;
            } else {
                ended = watch;
                watch = null;
                events.clear();
            }
        }
        if (ended != null) {
            ended.cancel();
        }
        open();
    }

    private void open() {
        synchronized (this) {
            if (!wanted || watch != null) {
                return;
            }
        }
        try {
            Cancellable opened = port.watch(selection, new Listener());
            synchronized (this) {
                if (wanted && watch == null) {
                    watch = opened;
                    return;
                }
            }
            opened.cancel();
        } catch (ReleaseException e) {
            LOGGER.log(Level.FINE, "no events for diagnoses", e);
        }
    }

    private final class Listener implements WatchListener {
        @Override
        public void changed(KubeObject event) {
            String pod = pod(event);
            synchronized (EventFeed.this) {
                events.computeIfAbsent(pod, p -> new HashMap<>()).put(event.name(), event);
            }
            news.accept(pod);
        }

        @Override
        public void deleted(KubeObject event) {
            synchronized (EventFeed.this) {
                events.getOrDefault(pod(event), new HashMap<>()).remove(event.name());
            }
        }

        @Override
        public void synced() {
            // each event was told
        }

        @Override
        public void failed(RuntimeException reason) {
            LOGGER.log(Level.FINE, "no more events for diagnoses", reason);
        }
    }

    private static String pod(KubeObject event) {
        return event.text("involvedObject", "name").orElse("");
    }
}
