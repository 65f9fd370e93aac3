package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.WaitRequest;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.Before;
import org.junit.Test;

/** Who may take the next step of a release; each test is an order in which two calls come. */
public class LeadStateTest {
    private static final Cancellable WATCH = () -> {};

    private final LeadState state = new LeadState();
    private final WatchToken paused = new WatchToken(
            WatchToken.Phase.PAUSED,
            WaitRequest.of("shop", List.of(new WaitRequest.Target(InMemoryCluster.WEB, 1))),
            Map.of(),
            List.of(),
            OnFailure.ROLLBACK,
            ReleaseRecord.fromJson("""
                    {"id": "shop-1", "outcome": "paused",
                     "started": "2026-01-01T00:00:00Z", "finished": "2026-01-01T00:00:01Z"}"""));
    private int round;

    @Before
    public void ask() {
        state.token(paused);
        round = state.ask().orElseThrow().round();
        assertThat(state.watch(round, WATCH), is(true));
    }

    @Test
    public void whoAnswersFirstLeavesNothingToTheTimer() {
        assertThat(state.takeAnswer().orElseThrow(), sameInstance(WATCH));

        assertThat(state.takeExpiry(round), is(Optional.empty()));
        assertThat(state.takeAnswer(), is(Optional.empty()));
    }

    @Test
    public void theEndOfTimeLeavesNothingToAnswer() {
        assertThat(state.takeExpiry(round), is(Optional.of(paused)));

        assertThat(state.takeAnswer(), is(Optional.empty()));
        assertThat(state.takeExpiry(round), is(Optional.empty()));
    }

    @Test
    public void whatAnEarlierWatchStillSaysIsNotHeard() {
        state.takeAnswer();
        int again = state.ask().orElseThrow().round(); // the answer had no effect

        assertThat(state.hears(round), is(false));
        assertThat(state.answeredElsewhere(round), is(false));
        assertThat(state.takeExpiry(round), is(Optional.empty()));
        assertThat(state.isAsking(), is(true));
        assertThat(state.takeExpiry(again), is(Optional.of(paused)));
    }

    @Test
    public void aWatchThatIsOpenedTooLateIsNotNeeded() {
        int again = state.ask().orElseThrow().round();
        state.takeAnswer();

        assertThat(state.watch(again, WATCH), is(false));
    }

    @Test
    public void afterACancelNobodyTakesAnything() {
        LeadState.Cancelled now = state.cancel().orElseThrow();
        assertThat(now.running(), sameInstance(WATCH));
        assertThat(now.standing(), is(true));
        assertThat(now.asking(), is(true));

        assertThat(state.takeExpiry(round), is(Optional.empty()));
        assertThat(state.ask(), is(Optional.empty()));
        assertThat(state.cancel(), is(Optional.empty()));
        assertThat(state.isLateFor(state.lead(), () -> {}), is(true));
    }

    @Test
    public void theEngineMayHaveComeToItsNextStopBeforeItsBeginningReturns() {
        state.takeAnswer();
        int leading = state.lead();
        int next = state.ask().orElseThrow().round();
        state.watch(next, WATCH);

        assertThat(state.isLateFor(leading, () -> {}), is(false));
        assertThat(state.takeAnswer().orElseThrow(), sameInstance(WATCH));
    }

    @Test
    public void whoLeadsElsewhereMayComeToTheNextPause() {
        CompletableFuture<ReleaseRecord> stop = state.nextStop(new CompletableFuture<>());
        assertThat(state.answeredElsewhere(round), is(true));
        assertThat("led elsewhere", state.takeAnswer(), is(Optional.empty()));

        assertThat(state.askAgain(round), is(List.of(stop)));

        assertThat(state.takeAnswer().orElseThrow(), sameInstance(WATCH));
    }

    @Test
    public void thePauseElsewhereMayHaveExpiredBeforeItIsSeen() {
        state.answeredElsewhere(round);

        assertThat(state.takeExpiry(round), is(Optional.of(paused)));
    }
}
