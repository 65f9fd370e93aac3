package io.jenkins.plugins.k8srollout.engine.agent;

import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.health.ClusterClock;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The one watch of a controller's pods in a namespace. The port mends lost connections by itself; a watch that it gives
 * up, such as for a right that was taken away, is tried anew after a while. Thread-safe.
 */
final class PodFeed {
    private static final Logger LOGGER = Logger.getLogger(PodFeed.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Selection selection;
    private final ClusterPort port;
    private final Scheduler scheduler;
    private final Listener listener;

    // All below is guarded by this.
    private final ClusterClock clock = new ClusterClock();
    private Cancellable watch = () -> {};
    private Optional<Problem> trouble = Optional.empty();
    private int generation;
    private boolean synced;
    private boolean closed;

    /** Told one thing at a time. */
    interface Listener {
        void shown(KubeObject pod);

        void gone(KubeObject pod);

        /** @param names all pods of the list that was told; one made since may be missing */
        void synced(Set<String> names);
    }

    PodFeed(AgentSettings settings, ClusterPort port, Scheduler scheduler, Listener listener) {
        this.selection =
                Selection.of("v1", "Pod", settings.namespace()).labelled(AgentOwner.selector(settings.controller()));
        this.port = port;
        this.scheduler = scheduler;
        this.listener = listener;
    }

    void open() {
        scheduler.after(Duration.ZERO, this::connect);
    }

    synchronized boolean isSynced() {
        return synced;
    }

    synchronized Optional<Problem> trouble() {
        return trouble;
    }

    /** The present as the cluster and we see it. */
    synchronized AgentVerdict.Times times() {
        Instant here = scheduler.now();
        Instant there = clock.cluster(here);
        return new AgentVerdict.Times() {
            @Override
            public Instant here() {
                return here;
            }

            @Override
            public Instant cluster() {
                return there;
            }

            @Override
            public Instant local(Instant time) {
                return time.plus(Duration.between(there, here));
            }
        };
    }

    void close() {
        Cancellable ended;
        synchronized (this) {
            closed = true;
            synced = false;
            ended = watch;
        }
        ended.cancel();
    }

    private void connect() {
        int mine;
        synchronized (this) {
            if (closed) {
                return;
            }
            mine = ++generation;
        }
        try {
            Cancellable opened = port.watch(selection, new Told(mine));
            synchronized (this) {
                if (!closed) {
                    watch = opened;
                    return;
                }
            }
            opened.cancel();
        } catch (ReleaseException e) {
            lost(mine, e);
        }
    }

    private synchronized boolean lost(int which, RuntimeException reason) {
        if (which != generation || closed) {
            return false;
        }
        synced = false;
        trouble = Optional.of(problem(reason));
        LOGGER.log(Level.WARNING, "Agent pods cannot be followed, tried again soon: {0}", reason.getMessage());
        scheduler.after(AGAIN, this::connect);
        return true;
    }

    private static Problem problem(RuntimeException reason) {
        return reason instanceof ReleaseException
                ? ((ReleaseException) reason).problem()
                : new Problem(Problem.Kind.FAILED, "follow the agent pods", "", String.valueOf(reason), "");
    }

    private synchronized boolean isCurrent(int which) {
        return which == generation && !closed;
    }

    private final class Told implements WatchListener {
        private final int mine;
        // Of the watch's whole life: after an outage only differences are told. Only this listener's calls touch it,
        // one
        // at a time.
        private final Set<String> names = new HashSet<>();

        private Told(int mine) {
            this.mine = mine;
        }

        @Override
        public void changed(KubeObject pod) {
            if (isCurrent(mine)) {
                synchronized (PodFeed.this) {
                    clock.observe(pod, scheduler.now());
                }
                names.add(pod.name());
                listener.shown(pod);
            }
        }

        @Override
        public void deleted(KubeObject pod) {
            if (isCurrent(mine)) {
                names.remove(pod.name());
                listener.gone(pod);
            }
        }

        @Override
        public void synced() {
            synchronized (PodFeed.this) {
                if (!isCurrent(mine)) {
                    return;
                }
                synced = true;
                trouble = Optional.empty();
            }
            listener.synced(Set.copyOf(names));
        }

        @Override
        public void failed(RuntimeException reason) {
            lost(mine, reason);
        }
    }
}
