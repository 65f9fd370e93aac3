package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** An answer that is read piece by piece, as its reader asks for the next: between two pieces it holds no thread. */
final class AnswerBody implements AsyncBody, BodySubscriber<AsyncBody> {
    private final Consumer<List<ByteBuffer>> reader;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

    AnswerBody(Consumer<List<ByteBuffer>> reader) {
        this.reader = reader;
    }

    /** How long it may take from now on; past that it fails, and its connection ends. */
    void limit(Duration time) {
        done.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).whenComplete((end, thrown) -> {
            if (thrown != null) {
                source.thenAccept(Flow.Subscription::cancel);
            }
        });
    }

    // ---- the reader's side

    @Override
    public void consume() {
        source.thenAccept(s -> s.request(1));
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        if (done.cancel(false)) {
            source.thenAccept(Flow.Subscription::cancel);
        }
    }

    // ---- the connection's side

    /** At once: the answer has begun, and its body is there to be read. */
    @Override
    public CompletionStage<AsyncBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source.complete(subscription);
        if (done.isDone()) {
            subscription.cancel(); // given up before it began
        }
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        if (done.isDone()) {
            return;
        }
        try {
            reader.consume(piece, this);
        } catch (Exception e) {
            done.completeExceptionally(e);
            source.thenAccept(Flow.Subscription::cancel);
        }
    }

    @Override
    public void onError(Throwable fault) {
        done.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }
}
