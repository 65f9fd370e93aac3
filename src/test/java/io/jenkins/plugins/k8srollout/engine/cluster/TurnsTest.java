package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

public class TurnsTest {
    private final Turns turns = new Turns(2);
    private final List<String> begun = new ArrayList<>();

    private final class Request {
        private final CompletableFuture<String> answer = new CompletableFuture<>();
        private final CompletableFuture<Void> body = new CompletableFuture<>();
        private final CompletableFuture<String> result;

        Request(String name) {
            result = turns.take(
                    () -> {
                        begun.add(name);
                        return answer;
                    },
                    body);
        }
    }

    @Test
    public void whoComesLaterWaitsUntilOneIsReadToItsEnd() {
        Request first = new Request("first");
        new Request("second");
        Request third = new Request("third");
        new Request("fourth");
        assertThat(begun, contains("first", "second"));
        first.answer.complete("yes");
        assertThat(first.result.join(), equalTo("yes"));
        assertThat("its body is still to come", begun, contains("first", "second"));
        first.body.complete(null);
        assertThat(begun, contains("first", "second", "third"));
        third.answer.complete("no");
        third.body.completeExceptionally(new IllegalStateException("broken off"));
        assertThat(begun, contains("first", "second", "third", "fourth"));
    }

    @Test
    public void requestThatFailsLetsTheNextBegin() {
        new Request("first");
        Request second = new Request("second");
        Request third = new Request("third");
        second.answer.completeExceptionally(new IllegalStateException("refused"));
        assertThat(second.result.isCompletedExceptionally(), is(true));
        assertThat(begun, contains("first", "second", "third"));
        assertThat(third.result.isDone(), is(false));
    }

    @Test
    public void requestThatWasGivenUpIsNotSent() {
        Request first = new Request("first");
        new Request("second");
        Request third = new Request("third");
        new Request("fourth");
        third.result.cancel(false);
        first.body.complete(null);
        assertThat(begun, contains("first", "second", "fourth"));
    }

    @Test
    public void thousandsThatAreGivenUpDoNotPileUpOnTheStack() {
        Request first = new Request("first");
        new Request("second");
        for (int i = 0; i < 100_000; i++) {
            new Request("given up").result.cancel(false);
        }
        new Request("last");
        first.body.complete(null);
        assertThat(begun, contains("first", "second", "last"));
    }

    @Test
    public void givingUpEndsWhatIsUnderWay() {
        Request first = new Request("first");
        first.result.cancel(false);
        assertThat(first.answer.isCancelled(), is(true));
        new Request("second");
        new Request("third");
        assertThat(begun, contains("first", "second", "third"));
    }

    @Test
    public void failureToSendIsAnAnswer() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<String> result = turns.take(
                    () -> {
                        throw new IllegalStateException("closed");
                    },
                    new CompletableFuture<>());
            assertThat(result.isCompletedExceptionally(), is(true));
        }
        assertThat(begun, empty());
        new Request("next");
        assertThat(begun, contains("next"));
    }
}
