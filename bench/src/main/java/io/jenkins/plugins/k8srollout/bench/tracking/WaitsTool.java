package io.jenkins.plugins.k8srollout.bench.tracking;

import com.sun.management.OperatingSystemMXBean;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that does nothing but hold waits, and tells what they cost it. */
public final class WaitsTool {
    private static final int OBSERVED_SECONDS = 30;
    private static final double KIB = 1024;
    private static final double NANOS = 1e9;

    private WaitsTool() {}

    /** Arguments: prefix of the namespaces, how many they are, how many waits; one for each Deployment web-N. */
    public static void main(String[] args) throws Exception {
        int namespaces = Integer.parseInt(args[1]);
        int waits = Integer.parseInt(args[2]);
        SystemScheduler scheduler = new SystemScheduler();
        Fabric8Cluster cluster = Fabric8Cluster.open(
                ClusterAccess.kubeconfigFiles(List.of(Path.of(System.getenv("KUBECONFIG"))), ""),
                scheduler,
                ProgressSink.NONE);
        cluster.apis();
        double heapBefore = heap();
        double cpuBefore = cpu();
        LinkedBlockingQueue<HealthOutcome> ended = new LinkedBlockingQueue<>();
        CountDownLatch judged = new CountDownLatch(waits);
        List<Object> held = new ArrayList<>();
        for (int i = 0; i < waits; i++) {
            ObjectRef ref = new ObjectRef("apps/v1", "Deployment", args[0] + "-" + i % namespaces, "web-" + i);
            WaitRequest request = WaitRequest.of(ref.namespace(), List.of(new WaitRequest.Target(ref, 1)))
                    .withTimeout(Duration.ofHours(2))
                    .withStableFor(Duration.ofHours(1));
            ProgressSink sink = new FirstHealth(judged);
            held.add(HealthWatch.start(request, cluster.reportingTo(sink), scheduler, sink, ended::add));
        }
        if (!judged.await(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException(judged.getCount() + " waits have not seen their Deployment");
        }
        double opened = cpu() - cpuBefore;
        HealthOutcome early = ended.poll(1, TimeUnit.SECONDS);
        double cpu = cpu();
        early = early == null ? ended.poll(OBSERVED_SECONDS, TimeUnit.SECONDS) : early;
        if (early != null) {
            throw new IllegalStateException("a wait has ended: " + early);
        }
        double minute = (cpu() - cpu) * 60 / OBSERVED_SECONDS;
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        double heap = heap() - heapBefore;
        System.out.printf(
                Locale.ROOT,
                "waits %d watches %d threads %d heap %.0f opened %.3f minute %.3f%n",
                waits,
                cluster.openWatches(),
                threads,
                heap / KIB,
                opened,
                minute);
        System.exit(held.isEmpty() ? 1 : 0);
    }

    private static double heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / NANOS;
    }

    private static final class FirstHealth implements ProgressSink {
        private final CountDownLatch judged;
        private final AtomicBoolean counted = new AtomicBoolean();

        FirstHealth(CountDownLatch judged) {
            this.judged = judged;
        }

        @Override
        public void accept(ProgressEvent event) {
            if (event instanceof ProgressEvent.HealthChanged && counted.compareAndSet(false, true)) {
                judged.countDown();
            }
        }
    }
}
