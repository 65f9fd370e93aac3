package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * One connection per cluster and login, however many builds use it, so that their watches are shared. A connection that
 * nobody uses any more is closed after a while. Thread-safe.
 */
public final class SharedClusters implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final BiFunction<ClusterAccess, ProgressSink, ClusterPort> connect;
    private final Scheduler scheduler;
    private final Map<ClusterAccess, Entry> entries = new HashMap<>();

    private static final class Entry {
        // All builds that use the cluster are told when it cannot be reached.
        private final List<ProgressSink> users = new CopyOnWriteArrayList<>();
        private final ClusterPort port;
        private Cancellable retirement = () -> {};

        private Entry(ClusterAccess access, BiFunction<ClusterAccess, ProgressSink, ClusterPort> connect) {
            this.port = connect.apply(access, event -> users.forEach(u -> u.accept(event)));
        }
    }

    /** The right to use a connection until closed. */
    public interface Lease extends AutoCloseable {
        ClusterPort port();

        /** Gives the right back; a second time does nothing. */
        @Override
        void close();
    }

    SharedClusters(BiFunction<ClusterAccess, ProgressSink, ClusterPort> connect, Scheduler scheduler) {
        this.connect = connect;
        this.scheduler = scheduler;
    }

    /**
     * To be closed by the caller.
     *
     * @param sink is told while the lease lasts when calls to the cluster have to be repeated
     */
    public synchronized Lease lease(ClusterAccess access, ProgressSink sink) {
        Entry entry = entries.computeIfAbsent(access, a -> new Entry(a, connect));
        ProgressSink user = sink::accept;
        entry.users.add(user);
        entry.retirement.cancel();
        return new Lease() {
            private boolean given;

            @Override
            public ClusterPort port() {
                return entry.port;
            }

            @Override
            public void close() {
                if (!given) {
                    given = true;
                    giveBack(access, entry, user);
                }
            }
        };
    }

    private synchronized void giveBack(ClusterAccess access, Entry entry, ProgressSink user) {
        entry.users.remove(user);
        if (entry.users.isEmpty()) {
            entry.retirement = scheduler.after(IDLE, () -> retire(access, entry));
        }
    }

    private void retire(ClusterAccess access, Entry entry) {
        synchronized (this) {
            if (!entry.users.isEmpty() || !entries.remove(access, entry)) {
                return;
            }
        }
        entry.port.close();
    }

    @Override
    public synchronized void close() {
        entries.values().forEach(e -> {
            e.retirement.cancel();
            e.port.close();
        });
        entries.clear();
    }
}
