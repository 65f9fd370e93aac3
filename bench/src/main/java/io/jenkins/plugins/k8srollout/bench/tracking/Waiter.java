package io.jenkins.plugins.k8srollout.bench.tracking;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.Fabric8Cluster;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.release.HealthOutcome;
import io.jenkins.plugins.k8srollout.engine.release.HealthWatch;
import io.jenkins.plugins.k8srollout.engine.release.SystemScheduler;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Those who wait for a Deployment: the engine in this process, our command line, and kubectl. */
final class Waiter implements AutoCloseable {
    private final SystemScheduler scheduler = new SystemScheduler();
    private final Fabric8Cluster cluster;
    private final Path folder;

    /** @param nanos when it was told */
    record End(long nanos, boolean healthy, String words) {}

    Waiter(ApiServer server, Path folder) {
        this.folder = folder;
        this.cluster = Fabric8Cluster.open(
                ClusterAccess.kubeconfigFiles(List.of(server.kubeconfig()), ""), scheduler, ProgressSink.NONE);
        cluster.apis();
    }

    CompletableFuture<End> engine(String namespace, String deployment) {
        ObjectRef ref = new ObjectRef("apps/v1", "Deployment", namespace, deployment);
        WaitRequest request = WaitRequest.of(namespace, List.of(new WaitRequest.Target(ref, 1)))
                .withTimeout(Duration.ofMinutes(5));
        CompletableFuture<End> end = new CompletableFuture<>();
        HealthWatch.start(
                request,
                cluster,
                scheduler,
                ProgressSink.NONE,
                outcome -> end.complete(new End(System.nanoTime(), outcome.isHealthy(), words(outcome))));
        return end;
    }

    private static String words(HealthOutcome outcome) {
        return outcome.cause()
                .map(cause -> cause.code())
                .orElse(outcome.result().toString());
    }

    CompletableFuture<End> commandLine(String namespace, String deployment) throws IOException {
        return process(List.of("bin/k8s-rollout", "wait", "-n", namespace, "deployment/" + deployment));
    }

    CompletableFuture<End> kubectl(String namespace, String deployment) throws IOException {
        return process(
                List.of("kubectl", "-n", namespace, "rollout", "status", "deployment/" + deployment, "--timeout=300s"));
    }

    private CompletableFuture<End> process(List<String> command) throws IOException {
        Path log = Files.createTempFile(folder, "process", ".log");
        Process process = Tool.start(log, command);
        CompletableFuture<End> end = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                int code = process.waitFor();
                long now = System.nanoTime();
                end.complete(new End(now, code == 0, Files.readString(log)));
            } catch (IOException | InterruptedException e) {
                end.completeExceptionally(e);
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        return end;
    }

    @Override
    public void close() {
        cluster.close();
        scheduler.close();
    }
}
