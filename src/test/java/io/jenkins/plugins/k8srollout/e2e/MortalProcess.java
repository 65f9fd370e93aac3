package io.jenkins.plugins.k8srollout.e2e;

import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a process has for itself, and loses when it ends: its connection, its clock and its threads. */
final class MortalProcess implements AutoCloseable {
    private final SystemScheduler scheduler = new SystemScheduler();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Fabric8Cluster cluster = Fabric8Cluster.open(Testbed.access(), scheduler, ProgressSink.NONE);

    SystemScheduler scheduler() {
        return scheduler;
    }

    ExecutorService workers() {
        return workers;
    }

    Fabric8Cluster cluster() {
        return cluster;
    }

    @Override
    public void close() {
        cluster.close();
        workers.shutdownNow();
        scheduler.close();
    }
}
