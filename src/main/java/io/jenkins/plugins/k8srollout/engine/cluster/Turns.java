package io.jenkins.plugins.k8srollout.engine.cluster;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Lets only so many requests be under way at one time; others wait for their turn, in order, without a thread. */
final class Turns {
    private final int atOnce;

    // Guarded by this.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean handing;

    Turns(int atOnce) {
        this.atOnce = atOnce;
    }

    /**
     * @param send begins the request
     * @param over completes, however that be, once nothing more of it is to come; failing to begin is an end as well
     */
    <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> send, CompletableFuture<?> over) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable turn = () -> begin(send, over, result);
        synchronized (this) {
            if (underWay >= atOnce) {
                waiting.add(turn);
                return result;
            }
            underWay++;
        }
        turn.run();
        return result;
    }

    private <T> void begin(
            Supplier<CompletableFuture<T>> send, CompletableFuture<?> over, CompletableFuture<T> result) {
        over.whenComplete((done, thrown) -> next());
        if (result.isDone()) {
            over.cancel(false); // given up while it waited
            return;
        }
        CompletableFuture<T> sent;
        try {
            sent = send.get();
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> underWayNow = sent;
        sent.whenComplete((answer, thrown) -> {
            if (thrown != null) {
                over.cancel(false);
                result.completeExceptionally(thrown);
            } else if (!result.complete(answer)) {
                over.cancel(false); // given up before it was answered
            }
        });
        result.whenComplete((answer, thrown) -> {
            if (thrown != null) {
                underWayNow.cancel(true);
            }
        });
    }

    // A turn that ends at once calls this from within its own beginning. One call hands out all turns that are free
    // meanwhile, so that some thousand of them, given up in an outage, do not pile up on the stack.
    private void next() {
        synchronized (this) {
            underWay--;
            if (handing) {
                return;
            }
            handing = true;
        }
        for (Runnable turn = free(); turn != null; turn = free()) {
            turn.run();
        }
    }

    /** Takes a turn, if there is one to take and somebody waits for it; otherwise nobody is handing out any more. */
    private synchronized Runnable free() {
        Runnable turn = underWay < atOnce ? waiting.poll() : null;
        if (turn == null) {
            handing = false;
        } else {
            underWay++;
        }
        return turn;
    }
}
