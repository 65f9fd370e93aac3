package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a release stands that is led here: what it goes on with, whether somebody is asked, and who may take the next step.
 * Each step begins a round; what the watch of an earlier round still says is not heard, so that of an answer and the end
 * of its time one alone leads. Calls nobody. Thread-safe.
 */
final class LeadState {
    private static final Cancellable NOTHING = () -> {};

    // All below is guarded by this.
    private final NextStops stops = new NextStops();
    private WatchToken token;
    private Cancellable current = NOTHING;
    private int round;
    private boolean asking;
    private boolean standing;
    private boolean following;
    private boolean cancelled;

    /**
     * What is to be asked.
     *
     * @param round which {@link #hears} its watch
     * @param paused what the release waits with
     * @param waiting whoever wants to know of the pause
     */
    record Question(int round, WatchToken paused, List<CompletableFuture<ReleaseRecord>> waiting) {}

    /**
     * What an end is about.
     *
     * @param running to be cancelled
     * @param standing whether nothing but a watch is running, so that nobody else will tell the end
     * @param asking whether somebody was asked
     * @param left what the release goes on with
     */
    record Cancelled(Cancellable running, boolean standing, boolean asking, WatchToken left) {}

    synchronized WatchToken token() {
        return token;
    }

    synchronized void token(WatchToken changed) {
        token = changed;
    }

    synchronized boolean isAsking() {
        return asking;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Whether others lead the release, or ask about it. */
    synchronized boolean isFollowing() {
        return following;
    }

    /** @param end of the release, which may have come */
    synchronized CompletableFuture<ReleaseRecord> nextStop(CompletableFuture<ReleaseRecord> end) {
        return stops.next(end);
    }

    /** Whoever waits for the next stop by now, to be told without a lock. */
    synchronized List<CompletableFuture<ReleaseRecord>> takeWaiting() {
        return stops.take();
    }

    // ---- steps

    /** The engine leads from now on. */
    synchronized int lead() {
        standing = false;
        return ++round;
    }

    /**
     * Takes note of what the engine does in a round; it may have come to its next stop already.
     *
     * @return whether it is to be cancelled
     */
    synchronized boolean isLateFor(int mine, Cancellable begun) {
        current = round == mine ? begun : current;
        return cancelled;
    }

    /** Others lead, or ask. */
    synchronized int follow(WatchToken known) {
        token = known;
        standing = true;
        following = true;
        return ++round;
    }

    /** @return empty after {@link #cancel} */
    synchronized Optional<Question> ask() {
        standing = true;
        asking = !cancelled;
        round++;
        return asking ? Optional.of(new Question(round, token, stops.take())) : Optional.empty();
    }

    /** @return whether the watch of a round is needed; otherwise it is to be cancelled */
    synchronized boolean watch(int mine, Cancellable watch) {
        boolean needed = hears(mine);
        if (needed) {
            current = watch;
        }
        return needed;
    }

    /** Takes the question for an answer. @return the watch, to be cancelled; empty if nobody is asked any more */
    synchronized Optional<Cancellable> takeAnswer() {
        if (!asking) {
            return Optional.empty();
        }
        Cancellable watch = current;
        taken();
        return Optional.of(watch);
    }

    // ---- what the watch of a round says

    synchronized boolean hears(int mine) {
        return !cancelled && round == mine;
    }

    /** Takes the question because its time is up. @return empty if it has been answered meanwhile */
    synchronized Optional<WatchToken> takeExpiry(int mine) {
        if (!hears(mine)) {
            return Optional.empty();
        }
        taken();
        return Optional.of(token);
    }

    private void taken() {
        asking = false;
        standing = false;
        current = NOTHING;
        round++;
    }

    /** Somebody elsewhere has answered. @return false if somebody here has, too, who will see that */
    synchronized boolean answeredElsewhere(int mine) {
        boolean heard = hears(mine);
        if (heard) {
            asking = false;
        }
        return heard;
    }

    /** Who leads it elsewhere has come to a pause. @return whoever wants to know */
    synchronized List<CompletableFuture<ReleaseRecord>> askAgain(int mine) {
        asking = hears(mine);
        return stops.take();
    }

    // ---- the end

    /** @return the watch, to be cancelled */
    synchronized Cancellable end() {
        asking = false;
        return standing ? current : NOTHING;
    }

    /** @return empty after the first time */
    synchronized Optional<Cancelled> cancel() {
        if (cancelled) {
            return Optional.empty();
        }
        cancelled = true;
        return Optional.of(new Cancelled(current, standing, asking, token));
    }
}
