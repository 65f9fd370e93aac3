package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * News for one wait, in order, from whatever thread. However much has gathered, its reader is called once: on a worker
 * of the scheduler's, never on the thread that tells. Thread-safe.
 */
final class Mailbox {
    private final Scheduler scheduler;
    private final Runnable reader;
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    /** @param reader calls {@link #read}; also called without news, by nobody but its owner */
    Mailbox(Scheduler scheduler, Runnable reader) {
        this.scheduler = scheduler;
        this.reader = reader;
    }

    /** Puts news aside and has the reader called soon. */
    void tell(Runnable item) {
        put(item);
        if (called.compareAndSet(false, true)) {
            scheduler.after(Duration.ZERO, reader);
        }
    }

    /** Puts news aside that may wait until there are others. */
    void put(Runnable item) {
        news.add(item);
    }

    /** The reader has begun: what is told from now on calls it again. */
    void opened() {
        called.set(false);
    }

    /** Runs all that has gathered, and what comes meanwhile. */
    void read() {
        for (Runnable item = news.poll(); item != null; item = news.poll()) {
            item.run();
        }
    }
}
