package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.concurrent.CompletableFuture;

/** Ends the request of a caller that waits no more. Thread-safe. */
final class Abort {
    private boolean aborted;
    private CompletableFuture<?> underway; // null before the first request

    /** This is now under way. */
    synchronized void watch(CompletableFuture<?> sent) {
        underway = sent;
        if (aborted) {
            sent.cancel(true);
        }
    }

    /** Ends what is under way, and whatever would follow. */
    synchronized void abort() {
        aborted = true;
        if (underway != null) {
            underway.cancel(true);
        }
    }
}
