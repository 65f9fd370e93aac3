package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Test;

/** How a wait ends otherwise: deadline, cancel, absent objects, unrest. */
public class HealthWatchEndTest extends HealthWatchFixture {
    @Test
    public void deadlineExplainsEverythingThatIsMissing() {
        shop.deployment(2, 2, 2, 1);
        shop.replicaSet(2);
        shop.service();
        WaitRequest request = WaitRequest.of("shop", List.of(target(Shop.WEB, 2), target(Shop.SERVICE, 0)))
                .withTimeout(Duration.ofMinutes(1));
        start(request);
        ObjectRef pod = shop.starting(2, "a");
        shop.event(pod, "Unhealthy", "Readiness probe failed: connection refused");
        settle();
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
        String sentence = outcome().toProblem().sentence();
        assertThat(sentence, containsString("time ran out after 1 min 0 s"));
        assertThat(sentence, containsString("Deployment/shop/web: 1 of 2 pods available"));
        assertThat(
                sentence, containsString("Service/shop/web: no ready endpoint: no ready pod has the labels app=web"));
        assertThat(sentence, containsString("Readiness probe failed: connection refused"));
        nothingIsLeftBehind();
    }

    @Test
    public void resumedWaitEndsAtTheDeadlineOfTheFirst() {
        shop.deployment(2, 2, 2, 1);
        String saved = release(2).startedAt(scheduler.now()).encode();
        scheduler.advance(Duration.ofMinutes(9));
        start(WaitRequest.decode(saved));
        scheduler.advance(Duration.ofSeconds(59));
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
    }

    @Test
    public void waitThatIsResumedAfterItsDeadlineLooksBeforeItGivesUp() {
        shop.deployment(2, 2, 2, 1);
        String saved = release(2).startedAt(scheduler.now()).encode();
        scheduler.advance(Duration.ofMinutes(9));
        shop.deployment(2, 2, 2, 2);
        scheduler.advance(Duration.ofMinutes(2));
        start(WaitRequest.decode(saved));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.HEALTHY));
        nothingIsLeftBehind();
    }

    @Test
    public void waitThatIsResumedAfterItsDeadlineDoesNotBeginAnew() {
        shop.deployment(2, 2, 2, 1);
        String saved = release(2).startedAt(scheduler.now()).encode();
        scheduler.advance(Duration.ofMinutes(11));
        start(WaitRequest.decode(saved));
        assertThat(outcomes, empty());
        scheduler.advance(TargetState.GRACE);
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
        nothingIsLeftBehind();
    }

    @Test
    public void muteObjectIsPassedOverAfterTheDeadlineToo() {
        shop.deployment(2, 1, 1, 1);
        ObjectRef mute = cluster.put(FakeObjects.parse("""
                        {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}}
                        """)).ref();
        String saved = WaitRequest.of("shop", List.of(target(Shop.WEB, 2), target(mute, 0)))
                .startedAt(scheduler.now())
                .encode();
        scheduler.advance(Duration.ofMinutes(11));
        start(WaitRequest.decode(saved));
        scheduler.advance(TargetState.GRACE);
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.HEALTHY));
    }

    @Test
    public void serverThatIsAwayWhenAWaitIsResumedIsWaitedFor() {
        shop.deployment(2, 2, 2, 2);
        String saved = release(2).startedAt(scheduler.now()).encode();
        scheduler.advance(Duration.ofMinutes(11));
        cluster.failNext("apis", unreachable(), unreachable(), unreachable());
        start(WaitRequest.decode(saved));
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(30));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.HEALTHY));
        assertThat(sink.of(ProgressEvent.Retrying.class), hasSize(1));
        nothingIsLeftBehind();
    }

    @Test
    public void serverThatStaysAwayEndsAResumedWait() {
        String saved = release(2).startedAt(scheduler.now()).encode();
        scheduler.advance(Duration.ofMinutes(11));
        cluster.failNext(
                "apis",
                Stream.generate(HealthWatchEndTest::unreachable).limit(99).toArray(RuntimeException[]::new));
        start(WaitRequest.decode(saved));
        scheduler.advance(WaitEnd.FIRST_LOOK);
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
        nothingIsLeftBehind();
    }

    @Test
    public void serverThatWasNeverReachedEndsAWaitThatBegins() {
        shop.deployment(2, 2, 2, 2);
        cluster.failNext("apis", unreachable());
        start(release(0));
        assertThat(outcome().toProblem().kind(), equalTo(Problem.Kind.UNREACHABLE));
        nothingIsLeftBehind();
    }

    private static ReleaseException unreachable() {
        return new ReleaseException(new Problem(
                Problem.Kind.UNREACHABLE, "read what is served", "", "connection refused", "Start the server"));
    }

    @Test
    public void cancelReportsOnceAndLeavesNothingBehind() {
        shop.deployment(2, 2, 2, 1);
        Cancellable wait = start(release(2));
        wait.cancel();
        wait.cancel();
        shop.deployment(2, 2, 2, 2);
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.CANCELLED));
        assertThat(outcome().toProblem().kind(), equalTo(Problem.Kind.INTERRUPTED));
        nothingIsLeftBehind();
    }

    @Test
    public void cancelBeforeTheFirstLookOpensNothing() {
        Cancellable wait =
                HealthWatch.start(release(2), cluster, scheduler, sink, outcomes::add, check -> Optional.empty());
        wait.cancel();
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.CANCELLED));
        nothingIsLeftBehind();
    }

    @Test
    public void absentNameFailsAfterAGraceAndNamesSimilarOnes() {
        shop.deployment(1, 1, 1, 1);
        start(WaitRequest.of("shop", List.of(target(new ObjectRef("apps/v1", "Deployment", "shop", "wep"), 0))));
        assertThat(outcomes, empty());
        scheduler.advance(TargetState.GRACE);
        Problem problem = outcome().toProblem();
        assertThat(problem.kind(), equalTo(Problem.Kind.NOT_FOUND));
        assertThat(
                problem.sentence(),
                equalTo("Could not wait for a healthy release: Deployment/shop/wep: there is no Deployment of that "
                        + "name in namespace shop. Correct kind, name or namespace. Valid: web."));
    }

    @Test
    public void absentNamespaceIsNamedAsSuch() {
        start(WaitRequest.of("shpo", List.of(target(Shop.WEB.inNamespace("shpo"), 0))));
        scheduler.advance(TargetState.GRACE);
        assertThat(outcome().toProblem().reason(), equalTo("there is no namespace shpo"));
    }

    @Test
    public void objectThatAppearsWithinTheGraceIsWaitedFor() {
        start(byName());
        scheduler.advance(Duration.ofSeconds(5));
        shop.deployment(1, 1, 1, 0);
        settle();
        scheduler.advance(Duration.ofSeconds(30));
        assertThat(outcomes, empty());
        shop.deployment(1, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void deletedReleaseFailsAtOnce() {
        shop.deployment(2, 1, 1, 0);
        start(release(2));
        cluster.remove(Shop.WEB);
        settle();
        assertThat(outcome().toProblem().reason(), containsString("it was deleted"));
    }

    @Test
    public void stableForBeginsAnewWithEveryRestart() {
        shop.deployment(2, 1, 1, 1);
        shop.replicaSet(2);
        shop.running(2, "a", 0);
        start(release(2).withStableFor(Duration.ofSeconds(30)));
        scheduler.advance(Duration.ofSeconds(20));
        shop.running(2, "a", 1);
        settle();
        scheduler.advance(Duration.ofSeconds(20));
        assertThat("the restart began it anew", outcomes, empty());
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(outcome().took(), equalTo(Duration.ofSeconds(50)));
        assertThat(sink.lines(), hasItem(containsString("a container was restarted")));
    }

    @Test
    public void stableForIsNotProvedByAServerThatIsAway() {
        shop.deployment(2, 1, 1, 1);
        shop.replicaSet(2);
        shop.running(2, "a", 0);
        start(release(2).withStableFor(Duration.ofSeconds(30)));
        cluster.disconnectWatches();
        scheduler.advance(Duration.ofSeconds(40));
        assertThat(outcomes, empty());
        shop.running(2, "a", 1);
        cluster.reconnectWatches();
        settle();
        assertThat("it was restarted meanwhile", outcomes, empty());
        cluster.disconnectWatches();
        scheduler.advance(Duration.ofSeconds(30));
        cluster.reconnectWatches();
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
        nothingIsLeftBehind();
    }

    @Test
    public void stableForBeginsAnewWithUnreadiness() {
        shop.deployment(2, 1, 1, 1);
        start(release(2).withStableFor(Duration.ofSeconds(30)));
        scheduler.advance(Duration.ofSeconds(20));
        shop.deployment(2, 1, 1, 0);
        settle();
        shop.deployment(2, 1, 1, 1);
        settle();
        scheduler.advance(Duration.ofSeconds(29));
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(outcome().isHealthy(), equalTo(true));
    }
}
