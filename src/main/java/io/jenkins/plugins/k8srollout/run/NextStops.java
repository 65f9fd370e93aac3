package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Those who wait for a release's next pause, or its end. Not thread-safe: guarded by whoever leads the release. */
final class NextStops {
    private final List<CompletableFuture<ReleaseRecord>> waiting = new ArrayList<>();

    /** @param end of the release, which may have come */
    CompletableFuture<ReleaseRecord> next(CompletableFuture<ReleaseRecord> end) {
        CompletableFuture<ReleaseRecord> stop = new CompletableFuture<>();
        if (end.isDone()) {
            end.whenComplete((record, failure) -> complete(stop, record, failure));
        } else {
            waiting.add(stop);
        }
        return stop;
    }

    /** All who wait by now, to be completed without a lock. */
    List<CompletableFuture<ReleaseRecord>> take() {
        List<CompletableFuture<ReleaseRecord>> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    static void complete(CompletableFuture<ReleaseRecord> stop, ReleaseRecord record, Throwable failure) {
        if (failure == null) {
            stop.complete(record);
        } else {
            stop.completeExceptionally(failure);
        }
    }
}
