package io.jenkins.plugins.k8srollout.run;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Notice;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.PauseWatch;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseTools;
import io.jenkins.plugins.k8srollout.engine.release.StoredRelease;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One release from its beginning to its end, pauses included: led by the engine, and while somebody is asked, stood by
 * without a thread. Whoever answers is told here, in Jenkins, or noticed in the cluster. Thread-safe.
 */
final class ReleaseLead {
    private final Job<?, ?> job;
    private final BuildLog log;
    private final Consumer<WatchToken> saved;
    private final boolean waits;
    private final String howToAnswer;
    private final EngineServices services = EngineServices.get();
    private final LeadTools tools;
    private final CompletableFuture<ReleaseRecord> end = new CompletableFuture<>();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final LeadState state = new LeadState();

    /**
     * @param cluster the configured name
     * @param saved given what the release goes on with, each time it changes
     * @param waits whether to stand by in a pause; otherwise a pause is the end
     * @param howToAnswer told in each pause that is waited in
     * @throws ReleaseException if the cluster is no longer configured, or its credentials are not to be found
     */
    ReleaseLead(
            Run<?, ?> build,
            String cluster,
            BuildLog log,
            Consumer<WatchToken> saved,
            boolean waits,
            String howToAnswer) {
        this.job = build.getParent();
        this.howToAnswer = howToAnswer;
        this.log = log;
        this.saved = saved;
        this.waits = waits;
        this.tools = new LeadTools(build, cluster, log);
    }

    ReleaseTools tools() {
        return tools.engine();
    }

    /** Whether it is led for a build of this job, and with its credentials. */
    boolean isOf(Job<?, ?> other) {
        return job.equals(other);
    }

    /** Completes when the release has ended, or with {@code waits} off, when it pauses. */
    CompletableFuture<ReleaseRecord> end() {
        return end;
    }

    /** Completes when the engine has done its last, which after {@link #cancel} is later than that. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    /** Completes at the next pause, or at the end. */
    CompletableFuture<ReleaseRecord> nextStop() {
        return state.nextStop(end);
    }

    /** @throws ReleaseException if the cluster's name leads somewhere else than when the release began */
    void requireSame(WatchToken begun, String cluster) {
        tools.moved(begun, cluster).ifPresent(moved -> {
            giveUp(moved);
            throw moved;
        });
    }

    /** Ends it before it has begun. */
    void giveUp(Throwable reason) {
        finish(null, reason);
    }

    /** Has somebody else told what happens, too. */
    Cancellable tellToo(ProgressSink companion) {
        return tools.tellToo(companion);
    }

    // ---- led by the engine

    /** Leads the release. */
    void lead(LeadTools.Beginning beginning) {
        int mine = state.lead();
        try {
            Cancellable begun = beginning.begin(tools.engine(), this::save, this::stopped);
            if (state.isLateFor(mine, begun)) {
                begun.cancel();
            }
        } catch (RuntimeException e) {
            finish(null, e);
        }
    }

    private void save(WatchToken changed) {
        state.token(changed);
        services.led().add(changed.record().id(), this);
        if (!services.isClosing()) { // what is undone then is undone because Jenkins ends, not because it has failed
            log.release(changed);
            saved.accept(changed);
        }
    }

    private void stopped(ReleaseRecord record) {
        if (record.outcome() == Outcome.PAUSED && waits && !state.isCancelled()) {
            ask(record);
            notice(Severity.INFO, howToAnswer);
        } else {
            finish(record, null);
        }
    }

    // ---- while somebody is asked

    /** Stands by a release that was left with this token: asks, unless others have gone on with it meanwhile. */
    void standBy(WatchToken left) {
        state.token(left);
        services.led().add(left.record().id(), this);
        ask(left.record());
        notice(Severity.INFO, "Still paused. " + howToAnswer);
    }

    /** Follows a release that others lead or ask about, from what was last known of it. */
    void follow(WatchToken known) {
        int mine = state.follow(known);
        watching(mine, PauseWatch.follow(known, tools().port(), tools().scheduler(), new News(mine)));
    }

    private void ask(ReleaseRecord record) {
        Optional<LeadState.Question> asked = state.ask();
        if (asked.isEmpty()) {
            finish(null, new ReleaseException(Pauses.interrupted(state.token())));
            return;
        }
        LeadState.Question question = asked.get();
        log.pause(question.paused());
        int mine = question.round();
        watching(mine, PauseWatch.start(question.paused(), tools().port(), tools().scheduler(), new News(mine)));
        question.waiting().forEach(s -> s.complete(record));
    }

    private void watching(int mine, Cancellable watch) {
        if (!state.watch(mine, watch)) {
            watch.cancel();
        }
    }

    boolean isAsking() {
        return state.isAsking();
    }

    /** Whether others lead the release, or ask about it. */
    boolean isFollowing() {
        return state.isFollowing();
    }

    WatchToken token() {
        return state.token();
    }

    /**
     * Takes an answer; returns at once.
     *
     * @param who for the log
     * @return false if nobody is asked any more
     */
    boolean answer(Answer answer, String who) {
        Optional<Cancellable> watch = state.takeAnswer();
        if (watch.isEmpty()) {
            return false;
        }
        watch.get().cancel();
        log.goOn();
        String what = answer == Answer.CONTINUE ? " lets the release go on" : " has the release rolled back";
        notice(Severity.INFO, who + what);
        services.submit(() -> answered(answer, who));
        return true;
    }

    private void answered(Answer answer, String who) {
        WatchToken last = token();
        try {
            Optional<StoredRelease> kept = PauseWatch.standing(last, tools().port());
            if (kept.isPresent()
                    && !Pauses.isAnswerable(kept.get(), tools().scheduler().now())) {
                ask(last.record()); // somebody elsewhere was faster, which the watch will tell
                return;
            }
            WatchToken from = kept.flatMap(StoredRelease::token)
                    .orElse(last)
                    .answered(answer.by(who, tools().scheduler().now()));
            lead((t, save, done) -> answer == Answer.CONTINUE
                    ? ReleaseRun.continueFrom(from, t, save, done)
                    : ReleaseRun.rollBack(from, t, save, done));
        } catch (ReleaseException e) {
            notice(
                    Severity.WARNING,
                    "The answer has had no effect: " + e.problem().sentence() + ". The release is still paused");
            standBy(last);
        }
    }

    /** What the watch of one round tells, which is not heard once the next has begun. */
    private final class News implements PauseWatch.Listener {
        private final int round;

        private News(int round) {
            this.round = round;
        }

        @Override
        public void answered() {
            if (state.answeredElsewhere(round)) {
                log.goOn();
                notice(Severity.INFO, "Somebody has answered the pause elsewhere, and leads the release from there");
            }
        }

        @Override
        public void paused(WatchToken next, String text) {
            if (!state.hears(round)) {
                return;
            }
            notice(Severity.INFO, text);
            if (!waits) {
                finish(next.record(), null);
            } else if (!state.isFollowing()) {
                save(next);
                List<CompletableFuture<ReleaseRecord>> waiting = state.askAgain(round);
                log.pause(next);
                notice(Severity.INFO, howToAnswer);
                waiting.forEach(s -> s.complete(next.record()));
            }
        }

        @Override
        public void ended(ReleaseRecord record) {
            if (state.hears(round)) {
                finish(record, null);
            }
        }

        @Override
        public void expired() {
            state.takeExpiry(round).ifPresent(late -> {
                log.goOn();
                notice(Severity.WARNING, "Nobody has answered the pause in time");
                lead((t, save, done) -> ReleaseRun.expire(late, t, save, done));
            });
        }

        @Override
        public void lost(Problem reason) {
            if (state.hears(round)) {
                log.entry().token(null);
                finish(null, new ReleaseException(reason));
            }
        }

        @Override
        public void blind(Problem reason) {
            if (!services.isClosing() && state.hears(round)) {
                notice(
                        Severity.WARNING,
                        "An answer from elsewhere (k8s-rollout continue) will not be noticed here: "
                                + reason.sentence());
            }
        }
    }

    private void notice(Severity severity, String text) {
        tools.accept(new Notice(severity, text));
    }

    // ---- the end

    private void finish(ReleaseRecord record, Throwable failure) {
        state.end().cancel();
        WatchToken last = token();
        if (last != null) {
            services.led().remove(last.record().id(), this);
        }
        tools.close();
        if (record != null) {
            log.ended(record);
            if (record.outcome() == Outcome.CANCELLED) {
                // The step has ended with the abort itself, so what it leaves can only be told in the log.
                record.problem().ifPresent(p -> notice(Severity.WARNING, p.sentence()));
            }
        }
        NextStops.complete(end, record, failure);
        // Whoever comes later finds the end.
        state.takeWaiting().forEach(s -> NextStops.complete(s, record, failure));
        settled.complete(null);
    }

    /** Ends the leading or standing by; what the release leaves is told. Does nothing after its end. */
    void cancel() {
        Optional<LeadState.Cancelled> now = end.isDone() ? Optional.empty() : state.cancel();
        now.ifPresent(this::cancelled);
    }

    private void cancelled(LeadState.Cancelled now) {
        now.running().cancel();
        if (now.standing()) {
            notice(
                    Severity.WARNING,
                    now.asking()
                            ? "Ended in the pause. Nothing was undone; "
                                    + now.left().left()
                            : "The release goes on, led from elsewhere");
            finish(null, new ReleaseException(Pauses.interrupted(now.left())));
        }
    }
}
