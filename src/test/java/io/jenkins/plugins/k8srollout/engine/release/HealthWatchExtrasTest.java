package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** What a wait looks at besides workloads: HTTP, Services, mute objects, broken watches, clocks. */
public class HealthWatchExtrasTest extends HealthWatchFixture {
    @Test
    public void theSchedulerGetsItsTimeAnewOnceTheLastOldPodHasEnded() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(1);
        shop.replicaSet(2);
        ObjectRef old = shop.running(1, "old", 0);
        cluster.put(cluster.get(old)
                .orElseThrow()
                .with(scheduler.now().plusSeconds(120).toString(), "metadata", "deletionTimestamp"));
        ObjectRef pod = shop.pod(2, "new", "Pending", "ready: false");
        cluster.put(cluster.get(pod)
                .orElseThrow()
                .with(
                        List.of(Map.of(
                                "type",
                                "PodScheduled",
                                "status",
                                "False",
                                "reason",
                                "Unschedulable",
                                "lastTransitionTime",
                                scheduler.now().toString(),
                                "message",
                                "0/1 nodes are available: 1 Insufficient memory.")),
                        "status",
                        "conditions"));
        start(release(2));
        scheduler.advance(Duration.ofSeconds(110));
        cluster.remove(old);
        settle();
        scheduler.advance(Duration.ofSeconds(59));
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(outcome().cause().orElseThrow().code(), equalTo("Unschedulable"));
    }

    @Test
    public void httpCheckIsTriedOnlyWhenAllIsHealthyAndUntilItPasses() {
        httpAnswer = Optional.of("status 503 instead of 200");
        shop.deployment(2, 1, 1, 0);
        start(withHttp());
        assertThat(httpCalls, equalTo(0));
        shop.deployment(2, 1, 1, 1);
        settle();
        scheduler.advance(Duration.ofSeconds(4));
        assertThat(httpCalls, equalTo(3));
        assertThat("told once", sink.of(ProgressEvent.Retrying.class), hasSize(1));
        httpAnswer = Optional.empty();
        scheduler.advance(Duration.ofSeconds(2));
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(sink.lines(), hasItem("info: https://shop.example.com/healthz answers as expected"));
        nothingIsLeftBehind();
    }

    @Test
    public void httpCheckRestsWhileSomethingIsUnhealthyAndMustPassAgain() {
        httpAnswer = Optional.of("connection refused");
        shop.deployment(2, 1, 1, 1);
        start(withHttp());
        shop.deployment(2, 1, 1, 0);
        settle();
        scheduler.advance(Duration.ofSeconds(10));
        assertThat(httpCalls, equalTo(1));
        httpAnswer = Optional.empty();
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(httpCalls, equalTo(2));
    }

    @Test
    public void httpCheckThatNeverPassesIsNamedAtTheDeadline() {
        httpAnswer = Optional.of("status 500 instead of 200");
        shop.deployment(2, 1, 1, 1);
        start(withHttp());
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
        assertThat(
                outcome().toProblem().sentence(),
                containsString("https://shop.example.com/healthz: status 500 instead of 200"));
    }

    @Test
    public void watchThatEndsFailsTheWaitWithItsReason() {
        shop.deployment(2, 1, 1, 0);
        start(release(2));
        cluster.failWatches("Pod", notPermitted());
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.FAILED));
        assertThat(outcome().toProblem().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        assertThat(outcome().toProblem().sentence(), containsString("watch on pods"));
        nothingIsLeftBehind();
    }

    @Test
    public void watchThatCannotBeOpenedFailsTheWait() {
        cluster.failNext("watch", notPermitted());
        start(release(2));
        assertThat(outcome().toProblem().kind(), equalTo(Problem.Kind.NOT_PERMITTED));
        nothingIsLeftBehind();
    }

    @Test
    public void withoutFailFastCausesAreToldAndTheWaitGoesOn() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2).withFailFast(false));
        ObjectRef pod = shop.crashing(2, "a", 3);
        cluster.logs(pod, "app", true, "out of luck");
        settle();
        assertThat(sink.of(ProgressEvent.CauseSeen.class), hasSize(1));
        assertThat(sink.of(ProgressEvent.LogExcerpt.class), hasSize(1));
        assertThat(outcomes, empty());
        shop.noImage(2, "b");
        settle();
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
        assertThat("the first is kept", outcome().cause().orElseThrow().code(), equalTo("CrashLoopBackOff"));
    }

    @Test
    public void withoutFailFastARecoveryIsASuccess() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2).withFailFast(false));
        shop.crashing(2, "a", 3);
        settle();
        shop.running(2, "a", 3);
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(outcome().cause(), equalTo(Optional.empty()));
    }

    @Test
    public void serviceWaitsForReadyEndpoints() {
        shop.service();
        shop.endpoints(false);
        start(WaitRequest.of("shop", List.of(target(Shop.SERVICE, 0))));
        assertThat(outcomes, empty());
        shop.endpoints(true);
        settle();
        assertThat(outcome().objects().get(Shop.SERVICE).message(), equalTo("1 ready endpoint"));
    }

    @Test
    public void serviceOfASleepingWorkloadNeedsNoEndpoints() {
        shop.service();
        shop.deployment(2, 0, 0, 0);
        start(WaitRequest.of("shop", List.of(target(Shop.SERVICE, 0), target(Shop.WEB, 2))));
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void muteObjectIsNotWaitedForButNeverCalledHealthy() {
        ObjectRef log = new ObjectRef("log.alibabacloud.com/v1alpha1", "AliyunLogConfig", "shop", "web");
        cluster.put(KubeObject.of(Map.of(
                "apiVersion",
                log.apiVersion(),
                "kind",
                log.kind(),
                "metadata",
                Map.of("name", "web", "namespace", "shop", "generation", 1))));
        shop.deployment(2, 1, 1, 1);
        start(WaitRequest.of("shop", List.of(target(Shop.WEB, 2), target(log, 1))));
        assertThat(outcomes, empty());
        scheduler.advance(TargetState.GRACE);
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(outcome().objects().get(log).state(), equalTo(Health.State.UNKNOWN));
        assertThat(sink.lines(), hasItem(startsWith("warning: AliyunLogConfig/shop/web was not waited for")));
    }

    @Test
    public void muteObjectAloneIsNeverASuccess() {
        ObjectRef ingress = new ObjectRef("networking.k8s.io/v1", "Ingress", "shop", "web");
        cluster.put(KubeObject.of(Map.of(
                "apiVersion",
                ingress.apiVersion(),
                "kind",
                "Ingress",
                "metadata",
                Map.of("name", "web", "namespace", "shop"))));
        start(WaitRequest.of("shop", List.of(target(ingress, 0))));
        scheduler.advance(Duration.ofMinutes(10));
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.TIMED_OUT));
    }

    @Test
    public void configurationNeedsNoWatch() {
        ObjectRef config = new ObjectRef("v1", "ConfigMap", "shop", "web");
        cluster.put(KubeObject.of(Map.of(
                "apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", "web", "namespace", "shop"))));
        start(WaitRequest.of("shop", List.of(target(config, 0))));
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(cluster.calls(), not(hasItem(startsWith("watch"))));
    }

    @Test
    public void clockThatIsMinutesAheadFailsNothingEarly() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        shop.starting(2, "a");
        scheduler.advance(Duration.ofMinutes(8));
        start(release(2));
        scheduler.advance(Duration.ofMinutes(4));
        assertThat("its patience counts from what the cluster last told", outcomes, empty());
    }

    // ---- helpers
}
