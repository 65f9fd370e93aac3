package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One connection per cluster and login, however many builds use it, so that their watches are shared. A connection that
 * nobody uses any more is closed after a while. Thread-safe.
 */
public final class SharedClusters implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Function<ClusterAccess, Connection> connect;
    private final Scheduler scheduler;
    private final Map<ClusterAccess, Entry> entries = new HashMap<>();

    private static final class Entry {
        private final Connection connection;
        private int users;
        private Cancellable retirement = () -> {};

        private Entry(Connection connection) {
            this.connection = connection;
        }
    }

    /** What builds share. */
    interface Connection extends AutoCloseable {
        /** The cluster for one user, who alone is told of what it does there; closing it leaves the connection open. */
        ClusterPort reportingTo(ProgressSink sink);

        @Override
        void close();
    }

    /** The right to use a connection until closed. */
    public interface Lease extends AutoCloseable {
        ClusterPort port();

        /** Gives the right back; a second time does nothing. */
        @Override
        void close();
    }

    SharedClusters(Function<ClusterAccess, Connection> connect, Scheduler scheduler) {
        this.connect = connect;
        this.scheduler = scheduler;
    }

    /**
     * To be closed by the caller.
     *
     * @param sink is told of the calls that this lease makes, and of no other build's
     */
    public synchronized Lease lease(ClusterAccess access, ProgressSink sink) {
        Entry entry = entries.computeIfAbsent(access, a -> new Entry(connect.apply(a)));
        ClusterPort own = entry.connection.reportingTo(sink);
        entry.users++;
        entry.retirement.cancel();
        return new Lease() {
            private boolean given;

            @Override
            public ClusterPort port() {
                return own;
            }

            @Override
            public void close() {
                synchronized (SharedClusters.this) {
                    if (given) {
                        return;
                    }
                    given = true;
                    giveBack(access, entry);
                }
                own.close();
            }
        };
    }

    private void giveBack(ClusterAccess access, Entry entry) {
        entry.users--;
        if (entry.users == 0) {
            entry.retirement = scheduler.after(IDLE, () -> retire(access, entry));
        }
    }

    private void retire(ClusterAccess access, Entry entry) {
        synchronized (this) {
            if (entry.users > 0 || !entries.remove(access, entry)) {
                return;
            }
        }
        entry.connection.close();
    }

    @Override
    public synchronized void close() {
        entries.values().forEach(e -> {
            e.retirement.cancel();
            e.connection.close();
        });
        entries.clear();
    }
}
