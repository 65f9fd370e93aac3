package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One release that no build's step leads. All that a restart needs is in its entry, which the build keeps. */
final class BackgroundRelease {
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(5);

    private final Run<?, ?> build;
    private final ReleaseEntry entry;
    private final BuildLog log;
    private volatile CompletableFuture<ReleaseResult> result = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean forgotten;

    // While the cluster cannot be had; guarded by this.
    private boolean begun;
    private String missing = "";
    private Duration patience = Duration.ofSeconds(2);
    private Cancellable again = () -> {};

    BackgroundRelease(Run<?, ?> build, ReleaseEntry entry) {
        this.build = build;
        this.entry = entry;
        this.log = BuildLog.afterBuild(build, entry);
    }

    Run<?, ?> build() {
        return build;
    }

    ReleaseEntry entry() {
        return entry;
    }

    /** Completes when it is no longer led here, and its end is told. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /**
     * Goes on from what the entry holds; a pause goes on being one. If the cluster cannot be had, as when the credentials'
     * provider is not there yet, this is tried again by and by. Does nothing once it goes on.
     *
     * @return why it does not go on yet; empty if it does, or is about to
     */
    Optional<String> resume() {
        if (entry.token().isEmpty()) {
            end(State.ABORTED, "Jenkins ended before anything was changed");
            return Optional.empty();
        }
        WatchToken token = WatchToken.decode(entry.token());
        if (token.phase() == WatchToken.Phase.PAUSED) {
            return goOn(token); // asks no cluster, and is there to be answered at once
        }
        EngineServices.get().submit(() -> goOn(token));
        return Optional.empty();
    }

    private synchronized Optional<String> goOn(WatchToken token) {
        again.cancel();
        if (begun || forgotten) {
            return Optional.empty();
        }
        try {
            String namespace = token.record().namespace();
            String history = token.record().entry().history();
            ReleaseWork work = work(namespace, history);
            CompletableFuture<ReleaseResult> release = token.isApplied()
                    ? work.resume(entry.token())
                    : work.startReturn(token.record().entry().returnsTo(), entry.token());
            begun = true;
            follow(release);
            return Optional.empty();
        } catch (RuntimeException e) {
            boolean gone =
                    e instanceof ReleaseException known && known.problem().kind() == Problem.Kind.NOT_FOUND;
            if (gone && !token.isApplied()) { // what it was to return to
                failed(e);
                return Optional.empty();
            }
            String reason = String.valueOf(FailureMessages.of(e).getMessage());
            tryAgain(token, reason);
            return Optional.of(reason);
        }
    }

    // Nothing was done, so that nothing is over: the release stays ours, with what it goes on with.
    private void tryAgain(WatchToken token, String reason) {
        EngineServices services = EngineServices.get();
        if (services.isClosing()) {
            return;
        }
        if (!reason.equals(missing)) {
            missing = reason;
            log.accept(new Notice(
                    Severity.WARNING,
                    "Nobody leads this release for the moment. " + reason + " Jenkins tries again in "
                            + patience.toSeconds() + " s, and then at least every " + MOST_PATIENCE.toMinutes()
                            + " min"));
        }
        again = services.scheduler().after(patience, () -> services.submit(() -> goOn(token)));
        Duration longer = patience.multipliedBy(2);
        patience = longer.compareTo(MOST_PATIENCE) < 0 ? longer : MOST_PATIENCE;
    }

    /** Returns to the release of another entry. */
    void startReturn(ReleaseEntry to, String who) {
        log.accept(new Notice(Severity.INFO, who + " returns to release " + to.getNumber() + " of " + to.getHistory()));
        EngineServices.get().submit(() -> {
            try {
                follow(work(to.getCluster(), to.getNamespace(), to.getHistory()).startReturn(to));
            } catch (RuntimeException e) {
                failed(e);
            }
        });
    }

    private ReleaseWork work(String namespace, String history) {
        return work(entry.getCluster(), namespace, history);
    }

    private ReleaseWork work(String cluster, String namespace, String history) {
        ReturnOptions options = new ReturnOptions(cluster, namespace, history);
        return new ReleaseWork(build, options, cluster, log, this::save, false);
    }

    private void save(String token) {
        entry.token(token);
        log.save(); // does nothing once the build is gone
    }

    private void follow(CompletableFuture<ReleaseResult> release) {
        result = release;
        if (forgotten) {
            release.cancel(false);
        }
        release.whenComplete((done, failure) -> {
            if (failure == null) {
                end(State.SUCCESS, "");
            } else {
                failed(failure);
            }
        });
    }

    private void failed(Throwable reason) {
        end(State.FAILURE, String.valueOf(FailureMessages.of(reason).getMessage()));
    }

    private void end(State state, String reason) {
        if (!forgotten && !EngineServices.get().isClosing()) {
            if (!reason.isEmpty()) {
                log.listener().error(reason);
            }
            log.end(state, reason);
        }
        BackgroundReleases.get().ended(this);
        ended.complete(null);
    }

    private synchronized void stopTrying() {
        again.cancel();
    }

    /** The build is gone; the cluster keeps the release as it is. */
    void forget() {
        forgotten = true;
        log.forget();
        result.cancel(false);
        stopTrying();
        BackgroundReleases.get().ended(this);
    }
}
