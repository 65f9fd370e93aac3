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
import java.util.function.Supplier;

/** One release of a build. Costs no thread while pods come up. */
public final class ReleaseWork {
    private final Run<?, ?> build;
    private final ReleaseParameters parameters;
    private final String cluster;
    private final BuildLog log;
    private final Consumer<String> saved;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    /**
     * @param cluster as {@link #cluster} has found it when the release began
     * @param saved given, each time it changes, the text with which the release goes on after a restart; returns when
     *     that is safe on disk
     */
    public ReleaseWork(
            Run<?, ?> build, ReleaseParameters parameters, String cluster, BuildLog log, Consumer<String> saved) {
        this.build = build;
        this.parameters = parameters;
        this.cluster = cluster;
        this.log = log;
        this.saved = saved;
    }

    /** The name of the cluster that the parameters mean now; later, another one may be the only one. */
    public static String cluster(Run<?, ?> build, ReleaseParameters parameters) {
        return new RequestFactory(build).clusterName(parameters.getCluster());
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
        ClusterAccess access = factory.cluster(cluster);
        String namespace = factory.namespace(parameters.getNamespace(), access);
        log.begin(cluster, namespace);
        ReleaseRequest request = factory.release(parameters, namespace, manifests, variables);
        if (earlier.isEmpty()) {
            return run(access, (tools, done) -> ReleaseRun.start(request, tools, this::save, done));
        }
        WatchToken token = WatchToken.decode(earlier);
        return run(access, (tools, done) -> ReleaseRun.startAgain(request, token, tools, this::save, done));
    }

    /**
     * Goes on where the process ended. What had not been applied completely then counts as failed.
     *
     * @throws ReleaseException if the cluster's name leads somewhere else by now
     */
    public CompletableFuture<ReleaseResult> resume(String token) {
        ClusterAccess access = new RequestFactory(build).cluster(cluster);
        WatchToken decoded = WatchToken.decode(token);
        return run(access, (tools, done) -> {
            requireSame(decoded.record().cluster(), tools.port().address());
            return ReleaseRun.resume(decoded, tools, this::save, done);
        });
    }

    private void requireSame(String begun, String now) {
        if (!begun.equals(now)) {
            throw ReleaseException.refused(
                    "go on with the release",
                    "cluster " + cluster,
                    "it was begun at " + begun + ", and the configuration leads to " + now
                            + " by now. Nothing was done there",
                    "Release again, or roll back at " + begun + " with kubectl rollout undo");
        }
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
        Cancellable release = begun(
                lease,
                () -> begin.apply(tools, record -> {
                    lease.close();
                    log.outcome(ReleaseResult.word(record.outcome()));
                    if (record.outcome() == ReleaseRecord.Outcome.CANCELLED) {
                        // The step has ended with the abort itself, so what it leaves can only be told in the log.
                        record.problem().ifPresent(p -> log.accept(new Notice(Severity.WARNING, p.sentence())));
                    }
                    if (record.isSuccess() || record.outcome() == ReleaseRecord.Outcome.PAUSED) {
                        result.complete(new ReleaseResult(record));
                    } else {
                        result.completeExceptionally(
                                new ReleaseException(record.problem().orElseThrow()));
                    }
                    settled.complete(null);
                }));
        result.whenComplete((r, failure) -> release.cancel());
        return result;
    }

    private static Cancellable begun(SharedClusters.Lease lease, Supplier<Cancellable> begin) {
        try {
            return begin.get();
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private void save(WatchToken token) {
        if (EngineServices.get().isClosing()) {
            return; // what is undone now is undone because Jenkins ends, not because the release has failed
        }
        if (token.isApplied()) {
            ReleaseAction.of(build)
                    .released(new Released(
                            cluster,
                            token.waiting().namespace(),
                            token.waiting().encode()));
        }
        saved.accept(token.encode());
    }
}
