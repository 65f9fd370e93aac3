package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Before;

/** A cluster in memory, time turned by hand, and what one wait tells of them. */
abstract class HealthWatchFixture {
    static final String NO_IMAGE = "ImageNotFound";

    final FakeCluster cluster = new FakeCluster();
    final ManualScheduler scheduler = new ManualScheduler();
    final CapturingSink sink = new CapturingSink();
    final List<HealthOutcome> outcomes = new ArrayList<>();
    final Shop shop = new Shop(cluster, scheduler);
    Optional<String> httpAnswer = Optional.empty();
    int httpCalls;

    @Before
    public void namespace() {
        cluster.put(FakeObjects.parse("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop}
                """));
    }

    Cancellable start(WaitRequest request) {
        Cancellable wait = HealthWatch.start(request, cluster, scheduler, sink, outcomes::add, check -> {
            httpCalls++;
            return httpAnswer;
        });
        settle();
        return wait;
    }

    void settle() {
        scheduler.runDue();
    }

    HealthOutcome outcome() {
        assertThat("exactly one outcome", outcomes, hasSize(1));
        return outcomes.get(0);
    }

    void nothingIsLeftBehind() {
        assertThat(cluster.openWatches(), equalTo(0));
        settle();
        scheduler.advance(Duration.ofHours(1));
        assertThat(scheduler.pending(), equalTo(0));
        assertThat(outcomes, hasSize(1));
    }

    static WaitRequest release(long generation) {
        return WaitRequest.of("shop", List.of(target(Shop.WEB, generation)));
    }

    static WaitRequest byName() {
        return release(0);
    }

    static WaitRequest withHttp() {
        return release(2).withHttp(HttpCheck.parse("https://shop.example.com/healthz", 200, ""));
    }

    static WaitRequest.Target target(ObjectRef ref, long generation) {
        return new WaitRequest.Target(ref, generation);
    }

    static ReleaseException notPermitted() {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                "watch the pods",
                "namespace shop",
                "the right to watch on pods is missing",
                "Grant it to the service account"));
    }
}
