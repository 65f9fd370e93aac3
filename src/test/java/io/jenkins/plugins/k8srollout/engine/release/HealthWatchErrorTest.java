package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.Optional;
import org.junit.Test;

/** A wait ends once, whatever goes wrong, errors of the virtual machine among it. */
public class HealthWatchErrorTest extends HealthWatchFixture {
    @Test
    public void errorOfTheSinkEndsTheWait() {
        shop.deployment(2, 2, 2, 1);
        ProgressSink failing = event -> {
            throw new StackOverflowError("telling");
        };
        HealthWatch.start(release(2), cluster, scheduler, failing, outcomes::add, check -> Optional.empty());
        settle();
        assertThat(outcome().toProblem().sentence(), containsString("StackOverflowError: telling"));
        assertThat(cluster.openWatches(), equalTo(0));
    }

    @Test
    public void errorOfTheHttpCheckEndsTheWait() {
        shop.deployment(2, 2, 2, 2);
        HealthWatch.start(withHttp(), cluster, scheduler, sink, outcomes::add, check -> {
            throw new StackOverflowError("asking");
        });
        settle();
        assertThat(outcome().toProblem().sentence(), containsString("StackOverflowError: asking"));
    }

    @Test
    public void errorWhileTheLogIsFetchedLosesNoOutcome() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        ObjectRef pod = shop.crashing(2, "a", 3);
        cluster.failNext("logs", new IllegalStateException("a bug"));
        assertThrows(IllegalStateException.class, () -> {
            start(release(2));
            settle();
        });
        assertThat(outcome().cause().orElseThrow().object(), equalTo(pod));
    }
}
