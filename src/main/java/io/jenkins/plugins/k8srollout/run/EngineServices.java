package io.jenkins.plugins.k8srollout.run;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jenkins.security.ImpersonatingExecutorService;

/** What all builds of a controller share: the clock, the threads for work that blocks, and the clusters' connections. */
@Extension
public class EngineServices {
    /** A milestone of Jenkins' end: whoever uses clusters on Jenkins' own behalf has given them back. */
    public static final String USERS_CLOSED = "kubernetes-rollout-users-closed";

    private final SystemScheduler scheduler = new SystemScheduler();
    private final SharedClusters clusters = new SharedClusters(this::connect, scheduler);
    // Threads exist only while somebody applies, reads a workspace or builds an image; waits cost none.
    private final ExecutorService workers = new ImpersonatingExecutorService(
            Executors.newCachedThreadPool(new NamingThreadFactory(
                    new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), "Kubernetes Rollout")),
            ACL.SYSTEM2);

    private final LedReleases led = new LedReleases();

    private volatile boolean closing;

    private SharedClusters.Connection connect(ClusterAccess access) {
        return ExtensionList.lookup(ClusterConnector.class).stream()
                .findFirst()
                .map(c -> c.connect(access))
                .orElseGet(() -> connectByNetwork(access));
    }

    private SharedClusters.Connection connectByNetwork(ClusterAccess access) {
        Fabric8Cluster cluster = Fabric8Cluster.open(access, scheduler, ProgressSink.NONE);
        return new SharedClusters.Connection() {
            @Override
            public ClusterPort reportingTo(ProgressSink sink) {
                return cluster.reportingTo(sink);
            }

            @Override
            public void close() {
                cluster.close();
            }
        };
    }

    public static EngineServices get() {
        return ExtensionList.lookupSingleton(EngineServices.class);
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    /** The releases that this controller leads, or stands by while somebody is asked. */
    LedReleases led() {
        return led;
    }

    public SharedClusters clusters() {
        return clusters;
    }

    /** A thread at once for each task, however many there are. */
    public Executor workers() {
        return workers;
    }

    /** Runs what may block, away from the threads that Pipelines and watches need. */
    public Future<?> submit(Runnable work) {
        return workers.submit(work);
    }

    /** Whether Jenkins is about to end, so that whatever fails now fails for that reason. */
    public boolean isClosing() {
        return closing;
    }

    /** Ends all that runs here when Jenkins ends, after its users. */
    @Terminator(requires = USERS_CLOSED)
    public static void close() {
        EngineServices services = ExtensionList.lookup(EngineServices.class).get(EngineServices.class);
        if (services != null) {
            services.closing = true;
            services.workers.shutdownNow();
            services.clusters.close();
            services.scheduler.close();
        }
    }
}
