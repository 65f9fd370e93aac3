package io.jenkins.plugins.k8srollout.config;

import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogins;
import io.jenkins.plugins.k8srollout.credentials.RegistryLogins;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborClient;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborReport;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryApi;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.release.ConnectionReport;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import jenkins.util.Timer;

/** <em>Test connection</em>: asks the other side without changing anything. The caller has checked the permission. */
public final class ConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ConnectionTest() {}

    static FormValidation cluster(ClusterTarget target) {
        return ask(target, "", ConnectionReport::of);
    }

    /**
     * Whether agent pods can be made there.
     *
     * @param namespace of the pods; empty text for that of the cluster's configuration
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException if the cluster cannot be asked
     */
    public static FormValidation agents(ClusterTarget target, String namespace) {
        return ask(target, namespace, ConnectionReport::ofAgents);
    }

    private static FormValidation ask(
            ClusterTarget target, String namespace, BiFunction<ClusterPort, String, ConnectionReport> question) {
        ClusterAccess access =
                target.access(ClusterLogins.forJenkins(target.getCredentialsId(), target.getServerUrl()));
        String where = namespace.isEmpty() ? access.namespace().orElse("default") : namespace;
        try (ClusterPort port =
                Fabric8Cluster.open(access.withPatience(PATIENCE), new TimerScheduler(), ProgressSink.NONE)) {
            return ConnectionReportMarkup.of(question.apply(port, where));
        }
    }

    static FormValidation registry(RegistryTarget target) {
        RegistryAccess access = target.access(RegistryLogins.forJenkins(target.getCredentialsId(), target.getHost()))
                .patience(PATIENCE)
                .build();
        try (RegistryClient client = RegistryClient.open(access, ProgressSink.NONE);
                RegistryApi api = RegistryApi.open(access, ProgressSink.NONE)) {
            client.ping();
            return HarborReport.of(new HarborClient(api))
                    .map(report -> HarborReportMarkup.of(report, access.toString()))
                    .orElseGet(() -> FormValidation.ok(Messages.ConnectionTest_registry(access.toString())));
        }
    }

    /** Jenkins' own timer, for the few repetitions within the patience. */
    private static final class TimerScheduler implements Scheduler {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            ScheduledFuture<?> waiting = Timer.get().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> waiting.cancel(false);
        }
    }
}
