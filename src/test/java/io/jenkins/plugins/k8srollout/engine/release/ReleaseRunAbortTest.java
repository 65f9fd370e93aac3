package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.Test;

/** People who abort, and errors of any sort, at the worst moments. */
public class ReleaseRunAbortTest extends ReleaseRunFixture {
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean atWork;

    @Test
    public void abortBeforeAWorkerIsFreeChangesNothing() {
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, this::later, sink);
        ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add)
                .cancel();
        runNext();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(changes(), empty());
    }

    @Test
    public void abortWhoseInterruptIsLostStillAppliesNothing() {
        Cancellable[] run = {() -> {}};
        ProgressSink aborting = event -> {
            if (event instanceof ProgressEvent.StageStarted started
                    && started.stage().equals("Apply")) {
                run[0].cancel();
                Thread.interrupted();
            }
        };
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, this::later, aborting);
        run[0] = ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        runNext();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(changes(), empty());
        assertThat(saved, empty());
    }

    @Test
    public void abortWhileAnObjectIsAppliedNamesIt() {
        Cancellable[] run = {() -> {}};
        cluster.react("ConfigMap", applied -> {
            run[0].cancel();
            throw new ReleaseException(new Problem(
                    Problem.Kind.INTERRUPTED, "apply", applied.ref().toString(), "the work was interrupted", ""));
        });
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, this::later, sink);
        run[0] = ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        runNext();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(
                sentence(last()),
                allOf(
                        containsString("ConfigMap/shop/settings was just being applied, and may be changed or not"),
                        not(containsString("Nothing was changed"))));
    }

    @Test
    public void abortBeforeTheRollbackRollsNothingBack() {
        release(MANIFESTS);
        Cancellable[] run = {() -> {}};
        ProgressSink aborting = event -> {
            if (event instanceof ProgressEvent.StageFinished done
                    && done.stage().equals("Wait for health")) {
                run[0].cancel();
            }
        };
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, this::later, aborting);
        run[0] = ReleaseRun.start(builder(BROKEN).build(), tools, saved::add, records::add);
        runNext();
        scheduler.runDue();
        KubeObject bad = live();
        runNext();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(live(), equalTo(bad));
    }

    // ---- errors of any sort

    @Test
    public void errorsEndTheReleaseToo() {
        for (String stage : List.of("Plan", "Apply", "Wait for health")) {
            records.clear();
            ProgressSink failing = event -> {
                if (event instanceof ProgressEvent.StageStarted started
                        && started.stage().equals(stage)) {
                    throw new StackOverflowError("in " + stage);
                }
            };
            ReleaseRun.start(builder(MANIFESTS).build(), tools(failing), saved::add, records::add);
            scheduler.runDue();
            assertThat(stage, records, hasSize(1));
            assertThat(sentence(last()), containsString("StackOverflowError: in " + stage));
        }
        assertThat(
                "what was changed is named",
                sentence(last()),
                containsString("Changed by this release: ConfigMap/shop/settings, Deployment/shop/web"));
    }

    @Test
    public void errorAtTheEndOfTheWaitEndsTheReleaseToo() {
        ProgressSink failing = event -> {
            if (event instanceof ProgressEvent.StageFinished done
                    && done.stage().equals("Wait for health")) {
                throw new StackOverflowError();
            }
        };
        ReleaseRun.start(builder(MANIFESTS).build(), tools(failing), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
    }

    @Test
    public void closedWorkersEndTheReleaseToo() {
        ReleaseTools tools = new ReleaseTools(
                cluster,
                scheduler,
                work -> {
                    throw new RejectedExecutionException("closed");
                },
                sink);
        ReleaseRun.start(builder(MANIFESTS).build(), tools, saved::add, records::add);
        assertThat(sentence(last()), containsString("closed"));
    }

    // ---- helpers

    /** A worker that is busy until the test lets it go on; what a task asks for is done at once. */
    private void later(Runnable work) {
        if (atWork) {
            work.run();
        } else {
            queue.add(work);
        }
    }

    private void runNext() {
        atWork = true;
        queue.remove().run();
        atWork = false;
    }
}
