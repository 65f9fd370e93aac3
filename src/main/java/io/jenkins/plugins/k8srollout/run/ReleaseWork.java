package io.jenkins.plugins.k8srollout.run;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseReturn;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One release of a build. Costs no thread while pods come up or somebody is asked. */
public final class ReleaseWork {
    private final Run<?, ?> build;
    private final ReleaseOptions options;
    private final String cluster;
    private final BuildLog log;
    private final Consumer<String> saved;
    private final boolean waits;
    private final boolean onExecutor;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    /**
     * @param cluster as {@link #cluster} has found it when the release began
     * @param saved given, each time it changes, the text with which the release goes on after a restart; returns when
     *     that is safe on disk
     * @param onExecutor whether the build keeps an executor while the release is paused
     * @throws ReleaseException (refused input) for options that are none
     */
    public ReleaseWork(
            Run<?, ?> build,
            ReleaseOptions options,
            String cluster,
            BuildLog log,
            Consumer<String> saved,
            boolean onExecutor) {
        this.build = build;
        this.options = options;
        this.cluster = cluster;
        this.log = log;
        this.saved = saved;
        this.waits = WhenPaused.parse(options.getPaused()) == WhenPaused.WAIT;
        this.onExecutor = onExecutor;
    }

    /** The name of the cluster that the parameters mean now; later, another one may be the only one. */
    public static String cluster(Run<?, ?> build, ClusterParameters parameters) {
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
            ReleaseParameters parameters,
            List<ManifestSource> manifests,
            Map<String, String> variables,
            String earlier) {
        RequestFactory factory = new RequestFactory(build);
        ClusterAccess access = factory.cluster(cluster);
        String namespace = factory.namespace(parameters.getNamespace(), access);
        log.begin(cluster, namespace);
        ReleaseRequest request = factory.release(parameters, namespace, manifests, variables);
        return begin(lead(), request, earlier);
    }

    /**
     * Returns to a release that the cluster keeps. Otherwise as {@link #start}; blocks while that is looked up.
     *
     * @param number which one; 0 for the last healthy one before the newest
     */
    public CompletableFuture<ReleaseResult> startReturn(long number, String earlier) {
        return startReturn(number, earlier, Optional.empty());
    }

    /** Returns to the release of an entry, and to no other that the cluster may have kept under its number since. */
    CompletableFuture<ReleaseResult> startReturn(ReleaseEntry to) {
        return startReturn(to.getNumber(), "", Optional.of(to));
    }

    private CompletableFuture<ReleaseResult> startReturn(long number, String earlier, Optional<ReleaseEntry> wanted) {
        RequestFactory factory = new RequestFactory(build);
        String namespace = factory.namespace(options.getNamespace(), factory.cluster(cluster));
        log.begin(cluster, namespace);
        ReleaseLead lead = lead();
        Optional<WatchToken> before = decoded(earlier);
        before.ifPresent(token -> lead.requireSame(token, cluster));
        Optional<HistoryEntry> begun = before.map(token -> token.record().entry());
        try {
            wanted.ifPresent(entry -> requireSame(entry, lead.tools().port().address()));
            ReleaseReturn found = ReleaseReturn.find(
                    lead.tools().port(),
                    namespace,
                    begun.map(HistoryEntry::history).or(() -> Optional.of(options.getHistory())
                            .filter(h -> !h.isEmpty())
                            .map(HistoryName::parse)),
                    begun.map(HistoryEntry::returnsTo)
                            .or(() -> Optional.of(number).filter(n -> n != 0)));
            wanted.ifPresent(entry -> requireSame(entry, found));
            log.accept(new Notice(Severity.INFO, "Returning to " + found));
            found.notices().forEach(text -> log.accept(new Notice(Severity.WARNING, text)));
            return begin(lead, factory.rollback(options, found), earlier);
        } catch (RuntimeException e) {
            lead.giveUp(e);
            throw e;
        }
    }

    private void requireSame(ReleaseEntry wanted, String address) {
        if (!wanted.isAt(address)) {
            throw ReleaseException.refused(
                    "roll back",
                    "release " + wanted.getNumber() + " of " + wanted.getHistory(),
                    "it was released to " + wanted.server() + ", and the configuration of cluster " + cluster
                            + " leads to " + address + " by now; nothing was changed",
                    "Correct the configuration, or release from the sources");
        }
    }

    private static void requireSame(ReleaseEntry wanted, ReleaseReturn found) {
        ReleaseRecord kept = found.target().record();
        if (!wanted.is(kept)) {
            throw ReleaseException.refused(
                    "roll back",
                    found.toString(),
                    "the cluster keeps another " + found + " by now, begun by "
                            + kept.entry().startedBy() + " at " + kept.started() + "; nothing was changed",
                    "Choose a release of the table that is kept (k8s-rollout history), or release from the sources");
        }
    }

    private static Optional<WatchToken> decoded(String text) {
        return Optional.of(text).filter(t -> !t.isEmpty()).map(WatchToken::decode);
    }

    private CompletableFuture<ReleaseResult> begin(ReleaseLead lead, ReleaseRequest request, String earlier) {
        Optional<WatchToken> before = decoded(earlier);
        return run(
                lead,
                () -> lead.lead((tools, save, done) -> before.isEmpty()
                        ? ReleaseRun.start(request, tools, save, done)
                        : ReleaseRun.startAgain(request, before.get(), tools, save, done)));
    }

    /**
     * Goes on where the process ended. What had not been applied completely then counts as failed; a pause goes on being
     * one, unless it was answered elsewhere meanwhile.
     *
     * @throws ReleaseException if the cluster's name leads somewhere else by now
     */
    public CompletableFuture<ReleaseResult> resume(String token) {
        WatchToken decoded = WatchToken.decode(token);
        ReleaseLead lead = lead();
        lead.requireSame(decoded, cluster);
        return run(lead, () -> {
            if (decoded.phase() == WatchToken.Phase.PAUSED) {
                lead.standBy(decoded);
            } else {
                lead.lead((tools, save, done) -> ReleaseRun.resume(decoded, tools, save, done));
            }
        });
    }

    private ReleaseLead lead() {
        return new ReleaseLead(build, cluster, log, this::save, waits, Pauses.howToAnswer(build, onExecutor));
    }

    /** Completes when the engine has done its last, which after an abort is later than the result. */
    public CompletableFuture<Void> settled() {
        return settled;
    }

    private CompletableFuture<ReleaseResult> run(ReleaseLead lead, Runnable begin) {
        CompletableFuture<ReleaseResult> result = new CompletableFuture<>();
        lead.settled().thenAccept(settled::complete);
        lead.end().whenComplete((record, failure) -> {
            if (failure == null && record.outcome() == Outcome.PAUSED) {
                Pauses.handOver(build, log);
            }
            Pauses.complete(result, record, failure, false);
        });
        result.whenComplete((r, failure) -> lead.cancel());
        begin.run();
        return result;
    }

    private void save(WatchToken token) {
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
