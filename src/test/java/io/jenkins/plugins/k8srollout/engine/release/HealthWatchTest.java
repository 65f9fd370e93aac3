package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
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
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** How a wait follows a release: progress, success and failures that are certain. */
public class HealthWatchTest extends HealthWatchFixture {
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
        cluster.put(FakeObjects.parse("""
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
    public void objectsOfOneNameAndKindInTwoGroupsAreTwo() {
        ObjectRef other = new ObjectRef("serving.knative.dev/v1", "Service", "shop", "web");
        knative(2, "False", "2026-01-01T00:00:00Z");
        shop.service();
        shop.endpoints(true);
        shop.deployment(2, 2, 2, 2);
        start(WaitRequest.of("shop", List.of(target(Shop.SERVICE, 0), target(Shop.WEB, 2), target(other, 2))));
        assertThat(outcomes, empty());
        assertThat(
                sink.lines(),
                containsInAnyOrder(
                        "healthy  Service/shop/web: 1 ready endpoint",
                        "healthy  Deployment/shop/web: 2 of 2 pods available",
                        "waiting  Service/shop/web: not ready: RevisionMissing"));
        knative(2, "True", "2026-01-01T00:00:00Z");
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void statusOfACustomResourceFromBeforeIsNotTakenForTheRelease() {
        KubeObject applied = knative(2, "True", "2025-12-31T00:00:00Z");
        WaitRequest.Target target = AppliedTarget.of(cluster, applied, true);
        WaitRequest request = WaitRequest.of("shop", List.of(target));
        start(WaitRequest.decode(request.startedAt(scheduler.now()).encode()));
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(outcomes, empty());
        assertThat(sink.lines().get(0), containsString("its status is from before this release"));
        knative(2, "True", "2026-01-01T00:01:00Z");
        settle();
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    @Test
    public void statusOfAnUnchangedCustomResourceCounts() {
        KubeObject applied = knative(2, "True", "2025-12-31T00:00:00Z");
        start(WaitRequest.of("shop", List.of(AppliedTarget.of(cluster, applied, false))));
        assertThat(outcome().isHealthy(), equalTo(true));
    }

    private KubeObject knative(int generation, String ready, String since) {
        return cluster.put(FakeObjects.parse("""
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: web, namespace: shop, generation: %d}
                status: {conditions: [{type: Ready, status: "%s", reason: RevisionMissing, lastTransitionTime: "%s"}]}
                """.formatted(generation, ready, since)));
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
        assertThat(outcome().log().orElseThrow().lines(), contains("starting", "no database at db:5432"));
        assertThat(outcome().toProblem().sentence(), containsString("  | no database at db:5432"));
        assertThat(sink.lines(), hasItem("last lines of the previous run of container app in Pod/shop/web-2-a:"));
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
                contains(
                        "waiting  Deployment/shop/web: 1 of 1 pod available, just started and without readiness probe"));
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
                sink.lines(), hasItem("waiting  Deployment/shop/web: 1 of 1 pod available, but web-2-a is not ready"));
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
        shop.refuse(
                1,
                "pods \"web-1-x\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1");
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
        KubeObject set = FakeObjects.parse("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: shop, uid: db, generation: 2}
                spec: {replicas: 1}
                status: {observedGeneration: 2, replicas: 0, currentRevision: db-1, updateRevision: db-2}
                """);
        KubeObject event = FakeObjects.parse("""
                apiVersion: v1
                kind: Event
                metadata: {name: db.1, namespace: shop}
                involvedObject: {apiVersion: apps/v1, kind: StatefulSet, name: db, namespace: shop, uid: db}
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
}
