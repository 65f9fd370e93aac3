package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
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
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Test;

/** One wait after another on a cluster in memory, with time turned by hand. */
public class HealthWatchTest {
    private static final String NO_IMAGE = "ImageNotFound";

    private final FakeCluster cluster = new FakeCluster();
    private final ManualScheduler scheduler = new ManualScheduler();
    private final CapturingSink sink = new CapturingSink();
    private final List<HealthOutcome> outcomes = new ArrayList<>();
    private final Shop shop = new Shop(cluster, scheduler);
    private Optional<String> httpAnswer = Optional.empty();
    private int httpCalls;

    @Before
    public void namespace() {
        cluster.put(
                FakeObjects.parse(
                        """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop}
                """));
    }

    @Test
    public void tellsEachStepOfAReleaseOnceAndEndsWithTheLast() {
        shop.deployment(2, 2, 0, 0);
        shop.replicaSet(2);
        start(release(2));
        shop.deployment(2, 2, 2, 0);
        shop.starting(2, "a");
        shop.starting(2, "b");
        settle();
        shop.running(2, "a", 0);
        shop.deployment(2, 2, 2, 1);
        settle();
        shop.deployment(2, 2, 2, 1);
        settle();
        shop.running(2, "b", 0);
        shop.deployment(2, 2, 2, 2);
        settle();
        assertThat(
                sink.lines(),
                contains(
                        "waiting  Deployment/shop/web: 0 of 2 pods updated",
                        "waiting  Deployment/shop/web: 0 of 2 pods available",
                        "waiting  Deployment/shop/web: 1 of 2 pods available",
                        "healthy  Deployment/shop/web: 2 of 2 pods available"));
        assertThat(outcome().isHealthy(), equalTo(true));
        nothingIsLeftBehind();
    }

    @Test
    public void numbersOfAHealthyObjectAreNoNews() {
        shop.service();
        shop.endpoints(true);
        shop.deployment(2, 2, 1, 0);
        start(WaitRequest.of("shop", List.of(target(Shop.SERVICE, 0), target(Shop.WEB, 2))));
        cluster.put(
                FakeObjects.parse(
                        """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-def, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: [192.0.2.8], conditions: {ready: true}}]
                """));
        settle();
        shop.deployment(2, 2, 2, 2);
        settle();
        assertThat(outcome().objects().get(Shop.SERVICE).message(), equalTo("2 ready endpoints"));
        assertThat(
                sink.lines().stream().filter(l -> l.contains("Service/")).toList(),
                contains("healthy  Service/shop/web: 1 ready endpoint"));
    }

    @Test
    public void whatIsHealthyAlreadyEndsAtOnce() {
        shop.deployment(2, 1, 1, 1);
        start(byName());
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.HEALTHY));
        assertThat(outcome().took(), equalTo(Duration.ZERO));
    }

    @Test
    public void burstIsJudgedOnce() {
        shop.deployment(2, 3, 0, 0);
        start(release(2));
        shop.deployment(2, 3, 1, 0);
        shop.deployment(2, 3, 2, 0);
        shop.deployment(2, 3, 3, 2);
        settle();
        assertThat(sink.of(ProgressEvent.HealthChanged.class), hasSize(2));
    }

    @Test
    public void earlierGenerationIsNotTakenForTheRelease() {
        shop.deployment(1, 1, 1, 1);
        start(release(2));
        assertThat(outcomes, empty());
        assertThat(sink.lines(), contains("waiting  Deployment/shop/web: generation 2 is not to be seen yet"));
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void missingImageFailsWithTheEventThatShowsIt() {
        shop.deployment(2, 2, 1, 0);
        shop.replicaSet(2);
        start(release(2));
        shop.noImage(2, "a");
        shop.noImage(2, "b");
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.FAILED));
        assertThat(outcome().took(), equalTo(Duration.ZERO));
        assertThat(outcome().cause().orElseThrow().code(), equalTo(NO_IMAGE));
        assertThat(sink.of(ProgressEvent.CauseSeen.class), hasSize(1));
        Problem problem = outcome().toProblem();
        assertThat(problem.kind(), equalTo(Problem.Kind.UNHEALTHY));
        assertThat(
                problem.sentence(),
                equalTo("Could not get a healthy release: Deployment/shop/web: "
                        + "1 of 2 pods updated; cause: ImageNotFound on Pod/shop/web-2-a (container app): cannot pull "
                        + "\"registry.example.com/shop/web:2\": registry.example.com/shop/web:2: not found. "
                        + "Push the image, or correct its name and tag."));
        assertThat("no log of what never ran", cluster.calls(), not(hasItem(startsWith("logs"))));
        nothingIsLeftBehind();
    }

    @Test
    public void crashLoopFailsAfterItsRestartsAndShowsTheLogOfTheRunBefore() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2));
        ObjectRef pod = shop.crashing(2, "a", 1);
        cluster.logs(pod, "app", true, "starting", "no database at db:5432");
        settle();
        assertThat("one restart is granted", outcomes, empty());
        shop.crashing(2, "a", 2);
        settle();
        assertThat(outcome().cause().orElseThrow().code(), equalTo("CrashLoopBackOff"));
        assertThat(
                outcome().log().orElseThrow().lines(), contains("starting", "no database at db:5432"));
        assertThat(outcome().toProblem().sentence(), containsString("  | no database at db:5432"));
        assertThat(
                sink.lines(), hasItem("last lines of the previous run of container app in Pod/shop/web-2-a:"));
        assertThat(sink.of(ProgressEvent.CauseSeen.class), hasSize(1));
    }

    @Test
    public void logThatCannotBeReadHidesNothing() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        shop.crashing(2, "a", 5);
        cluster.failNext("logs", notPermitted());
        start(release(2));
        assertThat(outcome().cause().orElseThrow().code(), equalTo("CrashLoopBackOff"));
        assertThat(outcome().log(), equalTo(Optional.empty()));
    }

    @Test
    public void slowStartIsAWaitAndIsToldOnlyWhenItLasts() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2));
        ObjectRef pod = shop.starting(2, "a");
        shop.event(pod, "Unhealthy", "Readiness probe failed: connection refused");
        settle();
        assertThat(sink.of(ProgressEvent.CauseSeen.class), empty());
        scheduler.advance(Narrator.PATIENCE);
        assertThat(sink.of(ProgressEvent.CauseSeen.class), hasSize(1));
        scheduler.advance(Duration.ofMinutes(2));
        assertThat(outcomes, empty());
        shop.running(2, "a", 0);
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void unreadinessWithoutAnyFurtherEventFailsAfterItsPatience() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2));
        shop.starting(2, "a");
        settle();
        scheduler.advance(Duration.ofSeconds(299));
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(1));
        assertThat(outcome().cause().orElseThrow().code(), equalTo("ReadinessProbeFailed"));
        assertThat(outcome().cause().orElseThrow().weight(), equalTo(Health.Weight.THRESHOLD));
    }

    @Test
    public void unprobedContainerIsBelievedOnlyAfterItHasRunForAWhile() {
        shop.deployment(2, 1, 1, 1);
        shop.replicaSet(2);
        ObjectRef pod = shop.running(2, "a", 0);
        KubeObject bare = cluster.get(pod).orElseThrow().without("spec", "containers", 0, "readinessProbe");
        cluster.put(bare);
        start(release(2));
        assertThat(
                sink.lines(),
                contains("waiting  Deployment/shop/web: 1 of 1 pod available, just started and without readiness probe"));
        scheduler.advance(Duration.ofSeconds(5));
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void podThatHasJustDiedOutweighsAStatusThatStillCountsIt() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(2);
        start(release(2));
        shop.crashing(2, "a", 0);
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcomes, empty());
        assertThat(
                sink.lines(),
                hasItem("waiting  Deployment/shop/web: 1 of 1 pod available, but web-2-a is not ready"));
    }

    @Test
    public void oldRevisionMayCrashAsItLikes() {
        shop.deployment(2, 1, 1, 0);
        shop.replicaSet(1);
        shop.replicaSet(2);
        start(release(2));
        shop.crashing(1, "old", 50);
        shop.starting(2, "a");
        settle();
        assertThat(outcomes, empty());
        shop.running(2, "a", 0);
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
        assertThat(sink.of(ProgressEvent.CauseSeen.class), empty());
    }

    @Test
    public void quotaFailsAtOnceWhenNothingCanFreeIt() {
        shop.deployment(1, 1, 0, 0);
        start(release(1));
        shop.refuse(1, "pods \"web-1-x\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1");
        settle();
        assertThat(outcome().cause().orElseThrow().code(), equalTo("QuotaExceeded"));
    }

    @Test
    public void quotaThatEndingPodsWillFreeHasSomePatience() {
        shop.deployment(2, 1, 0, 0);
        shop.replicaSet(1);
        start(release(2));
        ObjectRef old = shop.running(1, "old", 0);
        cluster.put(cluster.get(old).orElseThrow().with(scheduler.now().toString(), "metadata", "deletionTimestamp"));
        shop.refuse(2, "pods \"web-2-x\" is forbidden: exceeded quota: few");
        settle();
        assertThat(outcomes, empty());
        scheduler.advance(Duration.ofSeconds(30));
        assertThat(outcome().cause().orElseThrow().code(), equalTo("QuotaExceeded"));
    }

    @Test
    public void controllersOldFailureDoesNotFailTheReleaseThatMendsIt() {
        KubeObject set = FakeObjects.parse(
                """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: shop, uid: db, generation: 2}
                spec: {replicas: 1}
                status: {observedGeneration: 2, replicas: 0, currentRevision: db-1, updateRevision: db-2}
                """);
        KubeObject event = FakeObjects.parse(
                """
                apiVersion: v1
                kind: Event
                metadata: {name: db.1, namespace: shop}
                involvedObject: {kind: StatefulSet, name: db, namespace: shop, uid: db}
                reason: FailedCreate
                message: 'create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: error looking up service account shop/db: serviceaccount "db" not found'
                lastTimestamp: "2025-12-31T23:00:00Z"
                """);
        cluster.put(set);
        cluster.put(event);
        start(WaitRequest.of("shop", List.of(target(set.ref(), 2))));
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(outcomes, empty());
        cluster.put(event.with(2, "count").with("2026-01-01T00:01:00Z", "lastTimestamp"));
        settle();
        assertThat(outcome().cause().orElseThrow().code(), equalTo("ServiceAccountMissing"));
    }

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
        assertThat(sentence, containsString("Service/shop/web: no ready endpoint: no ready pod has the labels app=web"));
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
                "apiVersion", ingress.apiVersion(), "kind", "Ingress", "metadata", Map.of("name", "web", "namespace", "shop"))));
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

    private Cancellable start(WaitRequest request) {
        Cancellable wait = HealthWatch.start(request, cluster, scheduler, sink, outcomes::add, check -> {
            httpCalls++;
            return httpAnswer;
        });
        settle();
        return wait;
    }

    private void settle() {
        scheduler.runDue();
    }

    private HealthOutcome outcome() {
        assertThat("exactly one outcome", outcomes, hasSize(1));
        return outcomes.get(0);
    }

    private void nothingIsLeftBehind() {
        assertThat(cluster.openWatches(), equalTo(0));
        settle();
        scheduler.advance(Duration.ofHours(1));
        assertThat(scheduler.pending(), equalTo(0));
        assertThat(outcomes, hasSize(1));
    }

    private static WaitRequest release(long generation) {
        return WaitRequest.of("shop", List.of(target(Shop.WEB, generation)));
    }

    private static WaitRequest byName() {
        return release(0);
    }

    private static WaitRequest withHttp() {
        return release(2).withHttp(HttpCheck.parse("https://shop.example.com/healthz", 200, ""));
    }

    private static WaitRequest.Target target(ObjectRef ref, long generation) {
        return new WaitRequest.Target(ref, generation);
    }

    private static ReleaseException notPermitted() {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                "watch the pods",
                "namespace shop",
                "the right to watch on pods is missing",
                "Grant it to the service account"));
    }
}
