package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.health.ServiceHealth;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Waits until Services that were just made have an endpoint that is ready: a route that leads to one before that leads
 * nowhere. Mostly over in less than a second, for the pods are there. Blocks on a worker; an interrupt ends it.
 */
final class ReadyEndpoints {
    /** So long the controllers of a busy cluster may take. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClusterPort port;
    private final Duration patience;

    ReadyEndpoints(ClusterPort port, Duration patience) {
        this.port = port;
        this.patience = patience;
    }

    /**
     * @param services of one namespace, by name
     * @throws ReleaseException if one has none in time
     */
    void await(String namespace, Set<String> services) {
        if (services.isEmpty()) {
            return;
        }
        Listener listener = new Listener(services);
        Cancellable watch = port.watch(WatchPlan.endpoints(namespace, port.apis()), listener);
        boolean ready;
        try {
            ready = listener.over.await(patience.toMillis(), TimeUnit.MILLISECONDS) && listener.missing.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException(
                    new Problem(Problem.Kind.INTERRUPTED, "release", "", "the work was interrupted", ""), e);
        } finally {
            watch.cancel();
        }
        if (!ready) {
            String name = listener.missing.stream().sorted().collect(Collectors.joining(", "));
            throw new ReleaseException(new Problem(
                    Problem.Kind.TIMED_OUT,
                    "split the requests",
                    new ObjectRef("v1", "Service", namespace, name).toString(),
                    "it has had no ready endpoint for " + patience.toSeconds() + " s, so that no request was led to it",
                    "See whether its pods are ready and EndpointSlices are being made (kubectl get endpointslices)"));
        }
    }

    private static final class Listener implements WatchListener {
        private final Set<String> missing = ConcurrentHashMap.newKeySet();
        private final CountDownLatch over = new CountDownLatch(1);

        Listener(Set<String> services) {
            missing.addAll(services);
        }

        @Override
        public void changed(KubeObject endpoints) {
            if (ServiceHealth.isReady(endpoints)) {
                missing.remove(WatchedObjects.serviceOf(endpoints));
            }
            if (missing.isEmpty()) {
                over.countDown();
            }
        }

        @Override
        public void deleted(KubeObject endpoints) {}

        @Override
        public void synced() {}

        @Override
        public void failed(RuntimeException reason) {
            over.countDown();
        }
    }
}
