package io.jenkins.plugins.k8srollout.engine.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One open watch request: cuts the byte stream into events and tells, exactly once, how it ended. */
final class WatchStream implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final Consumer<KubeObject> events;
    private final Ending ending;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<AsyncBody> body = new AtomicReference<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile boolean refused;

    /** How a watch ended: by the server's refusal, by a fault, or, with neither, as watches do now and then. */
    interface Ending {
        void ended(ApiReply refusal, Throwable fault);
    }

    private WatchStream(Consumer<KubeObject> events, Ending ending) {
        this.events = events;
        this.ending = ending;
    }

    static WatchStream open(ApiClient client, ApiRequest request, Consumer<KubeObject> events, Ending ending) {
        WatchStream stream = new WatchStream(events, ending);
        client.stream(request, stream).whenComplete((response, thrown) -> {
            if (thrown != null) {
                stream.end(null, thrown);
                return;
            }
            AsyncBody opened = response.body();
            stream.body.set(opened);
            if (stream.ended.get()) {
                opened.cancel();
            } else {
                stream.refused = !response.isSuccessful();
                opened.done().whenComplete((done, fault) -> stream.done(response.code(), fault));
                opened.consume();
            }
        });
        return stream;
    }

    @Override
    public void consume(List<ByteBuffer> chunks, AsyncBody source) {
        for (ByteBuffer chunk : chunks) {
            while (chunk.hasRemaining() && !ended.get()) {
                byte next = chunk.get();
                if (next == '\n' && !refused) {
                    flush();
                } else {
                    line.write(next);
                }
            }
        }
        source.consume();
    }

    private void done(int code, Throwable fault) {
        boolean explained = refused && fault == null;
        end(explained ? new ApiReply(code, "", "", line.toByteArray()) : null, fault);
    }

    private void flush() {
        byte[] text = line.toByteArray();
        line.reset();
        if (text.length == 0) {
            return;
        }
        try {
            events.accept(Json.read(text));
        } catch (RuntimeException e) {
            cancelBody();
            end(null, e);
        }
    }

    /** Ends the request without telling {@link Ending}. */
    void cancel() {
        ended.set(true);
        cancelBody();
    }

    private void cancelBody() {
        AsyncBody opened = body.get();
        if (opened != null) {
            opened.cancel();
        }
    }

    private void end(ApiReply refusal, Throwable fault) {
        if (ended.compareAndSet(false, true)) {
            ending.ended(refusal, fault);
        }
    }
}
