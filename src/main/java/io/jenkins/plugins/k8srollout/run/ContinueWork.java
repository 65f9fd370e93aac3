package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.HeldReleases;
import io.jenkins.plugins.k8srollout.engine.release.PauseWatch;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A build's answer to a paused release, whoever began it, and what follows. A release that the same job waits with in
 * this controller is led by whoever waits, and told here, too; any other is led here, with this job's credentials.
 */
public final class ContinueWork {
    private static final String ATTEMPT = "go on with a release";

    private final Run<?, ?> build;
    private final ContinueParameters parameters;
    private final BuildLog log;
    private final Consumer<String> saved;
    private final CompletableFuture<ReleaseResult> result = new CompletableFuture<>();

    /** @param saved given, each time it changes, the text with which {@link #resume} goes on after a restart */
    public ContinueWork(Run<?, ?> build, ContinueParameters parameters, BuildLog log, Consumer<String> saved) {
        this.build = build;
        this.parameters = parameters;
        this.log = log;
        this.saved = saved;
    }

    /** What it is about, in short: the history, if it is named. */
    public static String subject(ContinueParameters parameters) {
        return parameters.getHistory();
    }

    /** A release, and where it is. */
    private record Found(String cluster, WatchToken token) {}

    /**
     * Finds the release and answers, or has somebody asked. Blocks while the cluster is asked.
     *
     * @return completes with the result or a {@link ReleaseException}; cancelling it ends what is done here
     */
    public CompletableFuture<ReleaseResult> start() {
        if (parameters.isAsk() && parameters.isRollback()) {
            throw ReleaseException.refused(
                    "read rollback", "true", "ask is given, too, and leaves it to others", "Give one of the two");
        }
        boolean named = !parameters.getHistory().isEmpty()
                || !parameters.getCluster().isEmpty()
                || !parameters.getNamespace().isEmpty();
        Found found = named ? ofHistory() : ofBuild();
        log.begin(found.cluster(), found.token().record().namespace());
        // Another job's release is answered through the cluster, which knows what these credentials may.
        Optional<ReleaseLead> other = EngineServices.get()
                .led()
                .find(found.token().record().id())
                .filter(lead -> lead.isOf(build.getParent()));
        if (other.isPresent()) {
            joinOther(other.get(), found);
        } else {
            leadHere(found);
        }
        return result;
    }

    private Found ofBuild() {
        List<ReleaseEntry> paused = ReleaseAction.of(build).getEntries().stream()
                .filter(ReleaseEntry::isAnswerable)
                .toList();
        if (paused.isEmpty()) {
            throw new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    ATTEMPT,
                    build.getFullDisplayName(),
                    "no release of this build is paused",
                    "Name another build's release by cluster, namespace and history"));
        }
        ReleaseEntry last = paused.get(paused.size() - 1);
        return new Found(last.getCluster(), WatchToken.decode(last.token()));
    }

    private Found ofHistory() {
        RequestFactory factory = new RequestFactory(build);
        String cluster = factory.clusterName(parameters.getCluster());
        ClusterAccess access = factory.cluster(cluster);
        EngineServices services = EngineServices.get();
        try (SharedClusters.Lease lease = services.clusters().lease(access, log)) {
            StoredRelease release = HeldReleases.find(
                    lease.port(),
                    factory.namespace(parameters.getNamespace(), access),
                    Optional.of(parameters.getHistory())
                            .filter(h -> !h.isEmpty())
                            .map(HistoryName::parse),
                    services.scheduler().now());
            return new Found(cluster, release.token().orElseThrow());
        }
    }

    // ---- led elsewhere in this controller

    private void joinOther(ReleaseLead other, Found found) {
        Cancellable told = other.tellToo(log);
        result.whenComplete((r, failure) -> told.cancel());
        saved.accept(Kept.FOLLOWED.write(found.cluster(), found.token()));
        CompletableFuture<?> stop = parameters.isAsk() ? wait(other.end()) : wait(other.nextStop());
        if (parameters.isAsk()) {
            log.accept(new Notice(Severity.INFO, Pauses.howToAnswer(build, false)));
        } else if (!other.answer(answer(), build.getFullDisplayName())) {
            stop.cancel(false);
            throw ReleaseException.refused(
                    ATTEMPT,
                    "release " + found.token().record().entry().number() + " of "
                            + found.token().record().entry().history(),
                    "somebody else has just answered",
                    "See the build that has begun it");
        }
    }

    private CompletableFuture<?> wait(CompletableFuture<ReleaseRecord> stop) {
        return stop.whenComplete((record, failure) -> {
            if (record != null) {
                log.outcome(ReleaseResult.word(record.outcome()));
            }
            Pauses.complete(result, record, failure, parameters.isRollback());
        });
    }

    // ---- led here

    private void leadHere(Found found) {
        ReleaseLead lead = lead(found, parameters.isAsk());
        Optional<StoredRelease> kept = standing(lead, found);
        if (kept.isPresent()
                && !HeldReleases.isAnswerable(
                        kept.get(), lead.tools().scheduler().now())) {
            lead.giveUp(new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    ATTEMPT,
                    kept.get().toString(),
                    "it does not wait any more: "
                            + kept.get().state(lead.tools().scheduler().now()),
                    "See the release's page")));
            return;
        }
        boolean broken = kept.filter(r -> r.record().problem().isPresent()).isPresent();
        if (parameters.isAsk() && broken) {
            lead.giveUp(ReleaseException.refused(
                    "read ask", "true", kept.get() + " has failed or was ended, and asks nobody", "Leave ask out"));
            return;
        }
        if (parameters.isAsk()) {
            log.accept(new Notice(Severity.INFO, Pauses.howToAnswer(build, false)));
            keep(found.cluster(), found.token());
            lead.standBy(found.token());
            return;
        }
        String what = parameters.isRollback() ? "Undoing " : "Going on with ";
        log.accept(new Notice(
                Severity.INFO,
                what + "release " + found.token().record().entry().number() + " of "
                        + found.token().record().entry().history()));
        lead.lead(answering(found.token()));
    }

    private static Optional<StoredRelease> standing(ReleaseLead lead, Found found) {
        try {
            return PauseWatch.standing(found.token(), lead.tools().port());
        } catch (RuntimeException e) {
            lead.giveUp(e); // gives the connection back
            throw e;
        }
    }

    private LeadTools.Beginning answering(WatchToken left) {
        return (tools, save, done) -> {
            WatchToken token = left.answered(
                    answer().by(build.getFullDisplayName(), tools.scheduler().now()));
            return parameters.isRollback()
                    ? ReleaseRun.rollBack(token, tools, save, done)
                    : ReleaseRun.continueFrom(token, tools, save, done);
        };
    }

    private ReleaseLead lead(Found found, boolean waits) {
        ReleaseLead lead = new ReleaseLead(
                build,
                found.cluster(),
                log,
                token -> keep(found.cluster(), token),
                waits,
                Pauses.howToAnswer(build, false));
        lead.requireSame(found.token(), found.cluster());
        lead.end().whenComplete((record, failure) -> {
            if (failure == null && record.outcome() == Outcome.PAUSED && !lead.isFollowing()) {
                Pauses.handOver(build, log);
            }
            Pauses.complete(result, record, failure, parameters.isRollback());
        });
        result.whenComplete((r, failure) -> lead.cancel());
        return lead;
    }

    private void keep(String cluster, WatchToken token) {
        saved.accept(Kept.LED.write(cluster, token));
    }

    private Answer answer() {
        return parameters.isRollback() ? Answer.ROLLBACK : Answer.CONTINUE;
    }

    /**
     * Goes on after a restart of Jenkins. Blocks while the cluster is asked.
     *
     * @param text as it was saved last
     */
    public CompletableFuture<ReleaseResult> resume(String text) {
        Found found = new Found(Kept.cluster(text), Kept.token(text));
        ReleaseLead lead = lead(found, parameters.isAsk());
        if (Kept.of(text) == Kept.FOLLOWED) {
            resumeFollowing(lead, found);
        } else if (found.token().phase() == WatchToken.Phase.PAUSED) {
            lead.standBy(found.token());
        } else {
            lead.lead((tools, save, done) -> ReleaseRun.resume(found.token(), tools, save, done));
        }
        return result;
    }

    // Who led it may have been resumed already, or not yet, or no more: the cluster knows.
    private void resumeFollowing(ReleaseLead lead, Found found) {
        Optional<StoredRelease> now = standing(lead, found);
        boolean answerWasLost = !parameters.isAsk()
                && now.flatMap(StoredRelease::token)
                        .filter(t -> t.phase() == WatchToken.Phase.PAUSED)
                        .filter(t -> t.batches().equals(found.token().batches()))
                        .isPresent();
        if (now.isEmpty()) {
            lead.giveUp(new ReleaseException(new Problem(
                    Problem.Kind.NOT_FOUND,
                    ATTEMPT,
                    "namespace " + found.token().record().namespace(),
                    "Jenkins has restarted, and the cluster does not keep the release",
                    "See the build that has begun it")));
        } else if (answerWasLost) {
            lead.lead(answering(found.token()));
        } else {
            lead.follow(found.token());
        }
    }

    /** What a restart finds: who led the release, in which cluster, and its token. */
    private enum Kept {
        LED,
        FOLLOWED;

        String write(String cluster, WatchToken token) {
            return this + "\n" + cluster + "\n" + token.encode();
        }

        static Kept of(String text) {
            return valueOf(text.substring(0, text.indexOf('\n')));
        }

        static String cluster(String text) {
            return text.split("\n", 3)[1];
        }

        static WatchToken token(String text) {
            return WatchToken.decode(text.split("\n", 3)[2]);
        }
    }
}
