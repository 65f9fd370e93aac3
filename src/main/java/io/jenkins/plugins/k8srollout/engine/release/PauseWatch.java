package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.HistoryEntry;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Stands by a release that is paused until somebody elsewhere answers it, another release takes its workloads over, or
 * its time is up; once it is led from elsewhere, follows it to the next pause or the end. Holds no thread: one watch of
 * the namespace's open releases, shared by all who stand by there, says when to look, and a look is one request.
 */
public final class PauseWatch {
    // When a silent release counts as interrupted
    private static final Duration AFTER_DEADLINE = StoredRelease.GRACE.plusSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final ClusterPort port;
    private final Scheduler scheduler;
    private final HistoryEntry entry;
    private final String id;
    private final Listener listener;
    private final boolean asks;

    // All below is guarded by this.
    private WatchToken token;
    private boolean elsewhere;
    private boolean newerSeen;
    private boolean looking;
    private boolean lookAgain;
    private boolean over;
    private Cancellable watch = () -> {};
    private Cancellable timer = () -> {};

    /** What becomes of the release; one call at a time, on a scheduler's thread. */
    public interface Listener {
        /** Somebody elsewhere has answered, and leads the release now. */
        void answered();

        /**
         * It waits for an answer again: it has come to its next pause, or who led it has died.
         *
         * @param token what to go on with
         * @param text why it waits, and how it can be answered
         */
        void paused(WatchToken token, String text);

        /** It has ended, led from elsewhere. Nothing follows. */
        void ended(ReleaseRecord record);

        /** Nobody has answered in time: {@link ReleaseRun#expire} is due. Nothing follows. */
        void expired();

        /** It can no longer be answered: another release has its workloads. Nothing follows. */
        void lost(Problem reason);

        /** Answers from elsewhere will not be noticed. */
        void blind(Problem reason);
    }

    private PauseWatch(WatchToken token, ClusterPort port, Scheduler scheduler, Listener listener, boolean asks) {
        this.asks = asks;
        this.port = port;
        this.scheduler = scheduler;
        this.entry = token.record().entry();
        this.id = token.record().id();
        this.listener = listener;
        this.token = token;
    }

    /**
     * Begins to stand by. Returns at once.
     *
     * @param token what the release was left with; others may have gone on with it since
     * @param port stays the caller's, who closes it afterwards
     * @return ends it; a call that is under way may still come
     */
    public static Cancellable start(WatchToken token, ClusterPort port, Scheduler scheduler, Listener listener) {
        return opened(new PauseWatch(token, port, scheduler, listener, true));
    }

    /** As {@link #start}, beside somebody who asks: the end of the time to answer is left to them. */
    public static Cancellable follow(WatchToken token, ClusterPort port, Scheduler scheduler, Listener listener) {
        return opened(new PauseWatch(token, port, scheduler, listener, false));
    }

    private static Cancellable opened(PauseWatch pause) {
        pause.open();
        return pause::close;
    }

    /**
     * How a release stands in its history now. Blocks while the server answers.
     *
     * @return empty if the cluster does not keep it
     */
    public static Optional<StoredRelease> standing(WatchToken token, ClusterPort port) {
        HistoryEntry entry = token.record().entry();
        return entry.isKept()
                ? new ReleaseStore(port, token.record().namespace())
                        .get(entry.history(), entry.number())
                        .filter(r -> r.record().id().equals(token.record().id()))
                : Optional.empty();
    }

    private void open() {
        String namespace;
        synchronized (this) {
            rearm();
            namespace = token.record().namespace();
        }
        if (!entry.isKept()) {
            return;
        }
        String labels = StoredReleaseText.MANAGED_BY + "=" + ClusterPort.FIELD_MANAGER + "," + StoredReleaseText.HISTORY
                + "," + StoredReleaseText.OUTCOME + " in (paused,running)";
        Cancellable opened = port.watch(Selection.of("v1", "Secret", namespace).labelled(labels), new Feed());
        boolean late;
        synchronized (this) {
            late = over;
            watch = opened;
        }
        if (late) {
            opened.cancel();
        }
    }

    private void close() {
        Cancellable ended;
        synchronized (this) {
            over = true;
            timer.cancel();
            ended = watch;
        }
        ended.cancel();
    }

    /** Sets the timer for what happens if nobody says anything. */
    private void rearm() {
        timer.cancel();
        Optional<Instant> next = elsewhere
                ? token.waiting().deadline().map(d -> d.plus(AFTER_DEADLINE))
                : token.answerBy().filter(t -> asks);
        timer = next.map(t -> scheduler.after(positive(Duration.between(scheduler.now(), t)), this::look))
                .orElse(() -> {});
    }

    // Not zero, which would be run again and again by a clock that lags behind.
    private static Duration positive(Duration wanted) {
        return wanted.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : wanted;
    }

    /** Has the release looked at soon; however often this is called meanwhile, once more. */
    private void look() {
        synchronized (this) {
            if (over || looking) {
                lookAgain = true;
                return;
            }
            looking = true;
            lookAgain = false;
        }
        scheduler.offload(this::lookNow);
    }

    private void lookNow() {
        boolean done = false;
        try {
            Runnable news;
            try {
                news = news(standing(token(), port), isTakenOver());
            } catch (ReleaseException e) {
                news = this::retry; // the server is away; the pause is not over for that
            }
            news.run();
            done = true;
        } finally { // whatever has gone wrong, it is looked at again
            boolean next;
            synchronized (this) {
                looking = false;
                next = lookAgain;
            }
            if (next) {
                look();
            } else if (!done) {
                retry();
            }
        }
    }

    private void retry() {
        synchronized (this) {
            timer.cancel();
            timer = over ? () -> {} : scheduler.after(AGAIN, this::look);
        }
    }

    private synchronized WatchToken token() {
        return token;
    }

    /** What a look has shown, to be told outside of the lock. */
    private Runnable news(Optional<StoredRelease> kept, boolean takenOver) {
        Instant now = scheduler.now();
        // One that nobody keeps any more is known by its token alone.
        String state = kept.map(r -> r.state(now)).orElse(elsewhereNow() ? "gone" : "paused");
        return switch (state) {
            case "paused" -> takenOver ? end(() -> listener.lost(takenOver())) : paused(kept, now);
            case "running" -> running(kept.orElseThrow());
            case "interrupted" -> interrupted(kept.orElseThrow());
            case "gone" -> end(() -> listener.lost(gone()));
            default -> end(() -> listener.ended(kept.orElseThrow().record()));
        };
    }

    private synchronized boolean elsewhereNow() {
        return elsewhere;
    }

    private Runnable end(Runnable told) {
        return () -> {
            synchronized (this) {
                if (over) {
                    return;
                }
            }
            close();
            told.run();
        };
    }

    private Runnable paused(Optional<StoredRelease> kept, Instant now) {
        WatchToken last = kept.flatMap(StoredRelease::token).orElse(token());
        boolean late = asks && last.answerBy().filter(t -> !now.isBefore(t)).isPresent();
        return late ? end(listener::expired) : waits(last, BatchWords.paused(last));
    }

    private Runnable interrupted(StoredRelease release) {
        WatchToken last = release.token().orElse(token());
        return waits(last, release + " was interrupted: who led it has died. " + BatchWords.left(last));
    }

    private Runnable waits(WatchToken last, String text) {
        boolean tell;
        synchronized (this) {
            if (over) {
                return () -> {};
            }
            tell = elsewhere || !last.batches().equals(token.batches());
            elsewhere = false;
            token = last;
            rearm();
        }
        return tell ? () -> listener.paused(last, text) : () -> {};
    }

    private Runnable running(StoredRelease release) {
        boolean tell;
        synchronized (this) {
            if (over) {
                return () -> {};
            }
            tell = !elsewhere;
            elsewhere = true;
            token = release.token().orElse(token);
            rearm();
        }
        return tell ? listener::answered : () -> {};
    }

    private boolean isTakenOver() {
        synchronized (this) {
            if (!newerSeen || elsewhere) {
                return false;
            }
        }
        return token().held().stream().anyMatch(ref -> port.get(ref)
                .flatMap(Hold::of)
                .filter(h -> h.release().equals(id))
                .isEmpty());
    }

    private Problem takenOver() {
        return problem("another release has taken its workloads over. Nothing more was changed by this one", "");
    }

    private Problem gone() {
        return problem(
                "somebody has answered it elsewhere and then its record was deleted, so that its end is not known",
                "See kubectl rollout status, or release again");
    }

    private Problem problem(String reason, String remedy) {
        return new Problem(
                Problem.Kind.CONFLICT,
                "go on with the release",
                "release " + entry.number() + " of " + entry.history(),
                reason,
                remedy);
    }

    private final class Feed implements WatchListener {
        @Override
        public void changed(KubeObject secret) {
            ObjectRef ours = StoredReleaseText.ref(token().record().namespace(), entry.history(), entry.number());
            if (secret.name().equals(ours.name())) {
                look();
            } else if (entry.history().equals(secret.labels().get(StoredReleaseText.HISTORY))) {
                synchronized (PauseWatch.this) {
                    newerSeen |= isNewer(secret.labels().getOrDefault(StoredReleaseText.NUMBER, ""));
                }
                look();
            }
        }

        private boolean isNewer(String number) {
            return number.matches("[1-9][0-9]{0,17}") && Long.parseLong(number) > entry.number();
        }

        @Override
        public void deleted(KubeObject secret) {
            changed(secret);
        }

        @Override
        public void synced() {
            look();
        }

        @Override
        public void failed(RuntimeException reason) {
            listener.blind(ReleaseLife.problem(reason));
        }
    }
}
