package io.jenkins.plugins.k8srollout.run;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** One release of a build. Costs no thread while pods come up. */
public final class ReleaseWork {
    private final Run<?, ?> build;
    private final ReleaseParameters parameters;
    private final BuildLog log;
    private final Consumer<String> saved;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    /** @param saved given, each time it changes, the text with which the release goes on after a restart */
    public ReleaseWork(Run<?, ?> build, ReleaseParameters parameters, BuildLog log, Consumer<String> saved) {
        this.build = build;
        this.parameters = parameters;
        this.log = log;
        this.saved = saved;
    }

    /** What a release is about, in short: the workload or the manifests, as given. */
    public static String subject(ReleaseParameters parameters) {
        return parameters.getWorkload().isEmpty()
                ? String.join(", ", RequestFactory.entries(parameters.getManifests()))
                : parameters.getWorkload();
    }

    /** Reads a workspace's manifests on its agent. Blocks. */
    public static List<ManifestSource> read(ReleaseParameters parameters, FilePath workspace)
            throws IOException, InterruptedException {
        return workspace.act(new ReadManifests(RequestFactory.entries(parameters.getManifests())));
    }

    /** Whether {@link #resume} goes on with such a text; else {@link #start} does, also with an empty one. */
    public static boolean isApplied(String saved) {
        return !saved.isEmpty() && WatchToken.decode(saved).isApplied();
    }

    /**
     * Begins the release; returns at once.
     *
     * @param manifests empty where the parameters name a workload
     * @param variables for {@code substitute}
     * @param earlier what the same release has saved before the process ended while it applied; empty text if it has not
     *     come so far
     * @return completes with the result or a {@link ReleaseException}; cancelling it ends the release
     */
    public CompletableFuture<ReleaseResult> start(
            List<ManifestSource> manifests, Map<String, String> variables, String earlier) {
        RequestFactory factory = new RequestFactory(build);
        ClusterAccess access = factory.cluster(parameters.getCluster());
        String namespace = factory.namespace(parameters.getNamespace(), access);
        log.begin(factory.clusterName(parameters.getCluster()), namespace);
        ReleaseRequest request = factory.release(parameters, namespace, manifests, variables);
        if (earlier.isEmpty()) {
            return run(access, (tools, done) -> ReleaseRun.start(request, tools, this::save, done));
        }
        WatchToken token = WatchToken.decode(earlier);
        return run(access, (tools, done) -> ReleaseRun.startAgain(request, token, tools, this::save, done));
    }

    /** Goes on where the process ended. */
    public CompletableFuture<ReleaseResult> resume(String token) {
        ClusterAccess access = new RequestFactory(build).cluster(parameters.getCluster());
        WatchToken decoded = WatchToken.decode(token);
        return run(access, (tools, done) -> ReleaseRun.resume(decoded, tools, this::save, done));
    }

    /** Completes when the engine has done its last, which after an abort is later than the result. */
    public CompletableFuture<Void> settled() {
        return settled;
    }

    private CompletableFuture<ReleaseResult> run(
            ClusterAccess access, BiFunction<ReleaseTools, Consumer<ReleaseRecord>, Cancellable> begin) {
        EngineServices services = EngineServices.get();
        SharedClusters.Lease lease = services.clusters().lease(access, log);
        ReleaseTools tools = new ReleaseTools(lease.port(), services.scheduler(), services.workers(), log);
        CompletableFuture<ReleaseResult> result = new CompletableFuture<>();
        // The lease ends with the release itself, which an abort may leave to finish its last call.
        Cancellable release = begin.apply(tools, record -> {
            lease.close();
            log.outcome(ReleaseResult.word(record.outcome()));
            if (record.outcome() == ReleaseRecord.Outcome.CANCELLED) {
                // The step has ended with the abort itself, so what it leaves can only be told in the log.
                record.problem().ifPresent(p -> log.accept(new Notice(Severity.WARNING, p.sentence())));
            }
            if (record.isSuccess()) {
                result.complete(new ReleaseResult(record));
            } else {
                result.completeExceptionally(
                        new ReleaseException(record.problem().orElseThrow()));
            }
            settled.complete(null);
        });
        result.whenComplete((r, failure) -> release.cancel());
        return result;
    }

    private void save(WatchToken token) {
        if (token.isApplied()) {
            ReleaseAction.of(build)
                    .released(new Released(
                            parameters.getCluster(),
                            token.waiting().namespace(),
                            token.waiting().encode()));
        }
        saved.accept(token.encode());
    }
}
