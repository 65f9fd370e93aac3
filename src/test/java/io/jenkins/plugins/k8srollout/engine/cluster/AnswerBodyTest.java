package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.Test;

public class AnswerBodyTest {
    private final List<String> read = new ArrayList<>();
    private final Source source = new Source();
    private final AnswerBody body = new AnswerBody((piece, self) -> {
        String text = StandardCharsets.UTF_8.decode(piece.get(0)).toString();
        if (text.equals("bad")) {
            throw new IllegalStateException("not understood");
        }
        read.add(text);
        self.consume();
    });

    private static List<ByteBuffer> piece(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    public void eachPieceIsAskedFor() {
        body.consume();
        assertThat("there is nobody yet to be asked", source.asked, equalTo(0L));
        body.onSubscribe(source);
        assertThat(source.asked, equalTo(1L));
        body.onNext(piece("one"));
        body.onNext(piece("two"));
        body.onComplete();
        assertThat(read, contains("one", "two"));
        assertThat(source.asked, equalTo(3L));
        assertThat(source.cancelled, is(false));
        assertThat(body.done().isCompletedExceptionally(), is(false));
    }

    @Test
    public void whatWasGivenUpBeforeItBeganIsNotRead() {
        body.cancel();
        body.onSubscribe(source);
        assertThat(source.cancelled, is(true));
        body.onNext(piece("late"));
        assertThat(read, empty());
    }

    @Test
    public void givingUpEndsTheConnection() {
        body.onSubscribe(source);
        body.cancel();
        assertThat(source.cancelled, is(true));
        assertThat(body.done().isCancelled(), is(true));
    }

    @Test
    public void readerThatFailsEndsTheConnection() {
        body.onSubscribe(source);
        body.onNext(piece("bad"));
        assertThat(source.cancelled, is(true));
        assertThat(body.done().isCompletedExceptionally(), is(true));
    }

    @Test
    public void cancellingWhatHasEndedDoesNothing() {
        body.onSubscribe(source);
        body.onComplete();
        body.cancel();
        assertThat(source.cancelled, is(false));
    }

    private static final class Source implements Flow.Subscription {
        private long asked;
        private boolean cancelled;

        @Override
        public void request(long n) {
            asked += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
