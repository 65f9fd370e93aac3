package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Releases that are aborted, and those that go on from their token. */
public class ReleaseRunResumeTest extends ReleaseRunFixture {
    @Test
    public void goesOnFromItsTokenWithTheSameDeadlineAndRecord() {
        Cancellable first = start(builder(MANIFESTS.replace("web:1", "web:slow"))
                .timeout(Duration.ofMinutes(2))
                .build());
        String token = token().encode();
        first.cancel();
        records.clear();
        scheduler.advance(Duration.ofMinutes(1));
        ReleaseRun.resume(WatchToken.decode(token), tools(sink), saved::add, records::add);
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(last().problem().orElseThrow().kind(), equalTo(Problem.Kind.TIMED_OUT));
        assertThat(last().objects(), hasSize(2));
        assertThat(last().took(), equalTo(Duration.ofMinutes(2)));
    }

    @Test
    public void rollbackGoesOnFromItsToken() {
        release(MANIFESTS);
        release(MANIFESTS.replace("web:1", "web:absent"));
        String token = token().encode();
        records.clear();
        ReleaseRun.resume(WatchToken.decode(token), tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("absent: not found"));
    }

    @Test
    public void abortWhileWaitingSaysWhatStays() {
        Cancellable run = start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        run.cancel();
        run.cancel();
        assertThat(records, hasSize(1));
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(
                sentence(last()),
                allOf(containsString("in the stage Wait for health"), containsString("stay as applied")));
    }

    @Test
    public void abortOfTheRollbackTellsBoth() {
        release(MANIFESTS.replace("web:1", "web:slow-before"));
        scheduler.advance(ReleaseRequest.DEFAULT_TIMEOUT);
        Cancellable run =
                start(builder(MANIFESTS.replace("web:1", "web:absent")).build());
        run.cancel();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(
                sentence(last()),
                allOf(containsString("absent: not found"), containsString("in the stage Wait for the rollback")));
    }

    @Test
    public void unchangedReleaseThatIsUnhealthyHasNothingToUndo() {
        release(MANIFESTS);
        run(builder(MANIFESTS.replace("web:1", "web:absent"))
                .onFailure(OnFailure.LEAVE)
                .build());
        ReleaseRecord again = release(MANIFESTS.replace("web:1", "web:absent"));
        assertThat(again.outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(again), containsString("the release changed no pod template"));
    }

    @Test
    public void abortBetweenTwoObjectsStopsThere() {
        Cancellable[] run = {() -> {}};
        List<Runnable> later = new ArrayList<>();
        ProgressSink aborting = event -> {
            if (event instanceof ProgressEvent.Applied) {
                run[0].cancel();
            }
        };
        ReleaseTools tools = new ReleaseTools(
                cluster,
                scheduler,
                work -> {
                    if (later.isEmpty()) {
                        later.add(work);
                    } else {
                        work.run();
                    }
                },
                aborting);
        run[0] = ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        later.get(0).run();
        assertThat("the worker's thread is given back clean", Thread.interrupted(), is(false));
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(changes(), contains("apply ConfigMap/shop/settings"));
        assertThat(sentence(last()), containsString("ConfigMap/shop/settings"));
    }

    @Test
    public void tokenHoldsNoContent() {
        start(builder(MANIFESTS.replace("colour: blue", "password: hush-hush").replace("web:1", "web:slow"))
                        .build())
                .cancel();
        assertThat(saved, hasSize(2));
        saved.forEach(token -> assertThat(token.encode(), not(containsString("hush-hush"))));
        assertThat(last().toJson(), not(containsString("hush-hush")));
    }
}
