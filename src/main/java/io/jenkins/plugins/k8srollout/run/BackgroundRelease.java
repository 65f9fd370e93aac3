package io.jenkins.plugins.k8srollout.run;

import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.concurrent.CompletableFuture;

/** One release that no build's step leads. All that a restart needs is in its entry, which the build keeps. */
final class BackgroundRelease {
    private final Run<?, ?> build;
    private final ReleaseEntry entry;
    private final BuildLog log;
    private volatile CompletableFuture<ReleaseResult> result = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean forgotten;

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

    /** Goes on from what the entry holds; a pause goes on being one. */
    void resume() {
        if (entry.token().isEmpty()) {
            end(State.ABORTED, "Jenkins ended before anything was changed");
            return;
        }
        WatchToken token = WatchToken.decode(entry.token());
        if (token.phase() == WatchToken.Phase.PAUSED) {
            goOn(token); // asks no cluster, and is there to be answered at once
        } else {
            EngineServices.get().submit(() -> goOn(token));
        }
    }

    private void goOn(WatchToken token) {
        try {
            String namespace = token.record().namespace();
            String history = token.record().entry().history();
            ReleaseWork work = work(namespace, history);
            follow(
                    token.isApplied()
                            ? work.resume(entry.token())
                            : work.startReturn(token.record().entry().returnsTo(), entry.token()));
        } catch (RuntimeException e) {
            if (token.phase() == WatchToken.Phase.PAUSED) {
                // It stays paused in the cluster, and an answer on the page tries again.
                String reason = FailureMessages.of(e).getMessage();
                log.accept(new Notice(Severity.WARNING, "Nobody stands by this release: " + reason));
                BackgroundReleases.get().ended(this);
            } else {
                failed(e);
            }
        }
    }

    /** Returns to the release of another entry. */
    void startReturn(ReleaseEntry to, String who) {
        log.accept(new Notice(Severity.INFO, who + " returns to release " + to.getNumber() + " of " + to.getHistory()));
        EngineServices.get().submit(() -> {
            try {
                follow(work(to.getCluster(), to.getNamespace(), to.getHistory()).startReturn(to.getNumber(), ""));
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
            entry.token(null);
            log.end(state, reason);
        }
        BackgroundReleases.get().ended(this);
        ended.complete(null);
    }

    /** The build is gone; the cluster keeps the release as it is. */
    void forget() {
        forgotten = true;
        log.forget();
        result.cancel(false);
        BackgroundReleases.get().ended(this);
    }
}
