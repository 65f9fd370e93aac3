package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.Test;

/** Batches that fail, are refused, aborted, or whose process ends. */
public class BatchFaultTest extends BatchReleaseFixture {
    @Test
    public void aBatchThatNeverGetsReadyIsUndoneWithTheOriginalsInOneApply() {
        ReleaseRecord record = release("/absent:2", THREE);
        assertThat(record.outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat("no pod but the batch's was touched", controller.history(), equalTo(List.of("2/5", "5/5")));
        assertThat(image(), containsString(":1"));
        nothingIsHeld();
    }

    @Test
    public void aFailedBatchStaysHeldIfNothingIsToBeUndone() {
        run(request("/absent:2", THREE, OnFailure.LEAVE));
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("held in batch 1 of 3, and no further pod is replaced"));
        assertThat(controller.history(), equalTo(List.of("2/5")));
    }

    @Test
    public void anAbortLeavesTheHoldAndSaysHowToGoOn() {
        start(request(":2", THREE.withInterval(Duration.ofMinutes(1)))).cancel();
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        assertThat(sentence(last()), containsString("held in batch 1 of 3"));
        assertThat(sentence(last()), containsString("k8s-rollout continue"));
        continueFrom(reread());
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsHeld();
    }

    @Test
    public void aCrashAfterAnyStepIsGoneOnFromWhatWasSavedLast() {
        for (int steps = 1; last().outcome() == Outcome.HEALTHY || steps == 2; steps++) {
            String name = "crash after " + steps + " tokens";
            release(FIVE);
            List<WatchToken> kept = new ArrayList<>();
            int most = steps;
            Consumer<WatchToken> crashing = token -> {
                if (kept.size() == most) {
                    throw new IllegalStateException("the process ends");
                }
                kept.add(token);
            };
            int before = records.size();
            ReleaseRun.start(request(":2", THREE.withOrder(Order.START_FIRST)), tools(sink), crashing, records::add);
            scheduler.runDue();
            if (records.get(before).outcome() == Outcome.HEALTHY) {
                assertThat(name, steps, greaterThan(8));
                return;
            }
            WatchToken token = WatchToken.decode(kept.get(most - 1).encode());
            continueFrom(token);
            if (steps == 1) { // it applied, and nobody knows how far it was
                assertThat(name, last().outcome(), equalTo(Outcome.FAILED));
                ReleaseRun.rollBack(token, tools(sink), saved::add, records::add);
                scheduler.runDue();
                assertThat(name, last().outcome(), equalTo(Outcome.ROLLED_BACK));
            } else {
                assertThat(name, last().outcome(), equalTo(Outcome.HEALTHY));
            }
            nothingIsHeld();
        }
    }

    @Test
    public void anAbortWhileItAppliesLeavesAHoldThatCanBeUndone() {
        AtomicReference<Cancellable> run = new AtomicReference<>();
        List<Runnable> first = new ArrayList<>();
        Executor workers = task -> {
            if (run.get() == null) {
                first.add(task);
            } else {
                task.run();
            }
        };
        ReleaseTools tools = new ReleaseTools(cluster, scheduler, workers, event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.Applied applied
                    && applied.object().equals(WEB)) {
                run.get().cancel();
            }
        });
        run.set(ReleaseRun.start(withIngress(OnFailure.ROLLBACK), tools, saved::add, records::add));
        first.get(0).run();
        assertThat(last().outcome(), equalTo(Outcome.CANCELLED));
        heldHalfApplied();
    }

    @Test
    public void anObjectThatIsRefusedAfterAHeldOneLeavesAHoldThatCanBeUndone() {
        for (OnFailure onFailure : List.of(OnFailure.LEAVE, OnFailure.HOLD)) {
            cluster.failNext("apply Ingress/shop/web", refusal("Ingress/shop/web"));
            run(withIngress(onFailure));
            assertThat(last().outcome(), equalTo(Outcome.FAILED));
            heldHalfApplied();
        }
    }

    /** Nobody goes on with a release of which a part may be missing; it is undone, or released again. */
    private void heldHalfApplied() {
        assertThat(sentence(last()), containsString("Deployment/shop/web is held in batch 1 of 3"));
        assertThat(sentence(last()), not(containsString("Kubernetes goes on")));
        WatchToken token = HeldReleases.find(cluster, "shop", Optional.empty(), scheduler.now())
                .token()
                .orElseThrow();
        int before = changes().size();
        continueFrom(token);
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("ended while it applied"));
        assertThat(changes().size(), equalTo(before));
        ReleaseRun.rollBack(token, tools(sink), saved::add, records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(image(), containsString(":1"));
        nothingIsHeld();
    }

    private static ReleaseRequest withIngress(OnFailure onFailure) {
        return builder(FIVE.replace("web:1", "web:2") + """
                        ---
                        apiVersion: networking.k8s.io/v1
                        kind: Ingress
                        metadata: {name: web}
                        spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                        """)
                .strategy(THREE)
                .onFailure(onFailure)
                .build();
    }

    @Test
    public void whatNobodyCouldAnswerIsNotBegun() {
        for (String call : List.of("list Secret/shop", "create")) {
            int before = changes().size();
            cluster.failNext(
                    call,
                    new ReleaseException(new Problem(
                            Problem.Kind.REJECTED,
                            "create Secret",
                            "in namespace shop",
                            "exceeded quota: few",
                            "Raise it")));
            ReleaseRecord record = release(":2", PAUSING);
            assertThat(call, record.outcome(), equalTo(Outcome.FAILED));
            assertThat(sentence(record), containsString("exceeded quota"));
            assertThat(sentence(record), containsString("Nothing was changed"));
            assertThat(changes().size(), equalTo(before));
        }
        cluster.failNext("create", refusal("Secret"));
        assertThat(
                "one step needs no answer",
                release(":2", new Strategy.Recreate()).outcome(),
                equalTo(Outcome.HEALTHY));
    }

    @Test
    public void aRollbackThatMissedAWorkloadIsRepeatedByWhoeverGoesOn() {
        String two = FIVE + "---\n" + FIVE.substring(0, FIVE.indexOf("---")).replace("name: web", "name: worker");
        release(two);
        ProgressSink failing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.StageStarted stage
                    && stage.stage().equals("Roll back")) {
                cluster.failNext("apply Deployment/shop/worker", refusal("Deployment/shop/worker"));
            }
        };
        ReleaseRun.start(
                builder(two.replace("shop/web:1", "shop/absent:2"))
                        .strategy(THREE)
                        .build(),
                tools(failing),
                saved::add,
                records::add);
        scheduler.runDue();
        assertThat(last().outcome(), equalTo(Outcome.FAILED));
        assertThat(sentence(last()), containsString("k8s-rollout continue web tries again"));
        StoredRelease found = HeldReleases.find(cluster, "shop", Optional.empty(), scheduler.now());
        continueFrom(found.token().orElseThrow());
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(
                Hold.of(cluster.get(FakeDeployments.ref("worker")).orElseThrow())
                        .isPresent(),
                equalTo(false));
    }

    @Test
    public void aDaemonSetsPodsAreDeletedOnlyOnceItsControllerKnowsTheNewTemplate() {
        ObjectRef log = new ObjectRef("apps/v1", "DaemonSet", "shop", "log");
        String manifest = """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: log}
                spec:
                  selector: {matchLabels: {app: log}}
                  template:
                    metadata: {labels: {app: log}}
                    spec: {containers: [{name: log, image: "registry.example.com/shop/log:1"}]}
                """;
        cluster.put(FakeObjects.parse(manifest)
                .with("shop", "metadata", "namespace")
                .with("log", "metadata", "uid")
                .with(1, "metadata", "generation")
                .with("1", "metadata", "annotations", "deprecated.daemonset.template.generation")
                .with(Map.of("observedGeneration", 1, "desiredNumberScheduled", 2), "status"));
        for (String name : List.of("log-a", "log-b")) {
            cluster.put(FakeObjects.parse("""
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: %s
                      namespace: shop
                      labels: {app: log, pod-template-generation: "1"}
                      ownerReferences: [{kind: DaemonSet, name: log, uid: log, controller: true}]
                    spec: {containers: [{name: log, image: a}]}
                    status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
                    """.formatted(name)));
        }
        cluster.react(
                "DaemonSet",
                d -> cluster.put(cluster.get(log)
                        .orElseThrow()
                        .with("2", "metadata", "annotations", "deprecated.daemonset.template.generation")));
        Cancellable run = start(builder(manifest.replace("log:1", "log:2"))
                .strategy(Batches.DEFAULT)
                .build());
        assertThat(changes(), not(hasItem(containsString("delete Pod"))));
        KubeObject held = cluster.get(log).orElseThrow();
        cluster.put(held.with(held.numberOr(0, "metadata", "generation"), "status", "observedGeneration"));
        scheduler.runDue();
        assertThat(changes().stream().filter(c -> c.startsWith("delete Pod")).count(), equalTo(1L));
        run.cancel();
        scheduler.runDue();
    }

    @Test
    public void aStepThatTheServerRefusesEndsTheReleaseAsItWasAskedTo() {
        ProgressSink refusing = event -> {
            sink.accept(event);
            if (event instanceof ProgressEvent.StageFinished done
                    && done.stage().contains("1 of 3")) {
                cluster.failNext("apply " + WEB, refused());
            }
        };
        ReleaseRun.start(request(":2", THREE, OnFailure.ROLLBACK), tools(refusing), saved::add, records::add);
        scheduler.advance(Duration.ofMinutes(1));
        assertThat(last().outcome(), equalTo(Outcome.ROLLED_BACK));
        assertThat(sentence(last()), containsString("the webhook is away"));
        assertThat(image(), containsString(":1"));
        nothingIsHeld();
    }

    private static ReleaseException refused() {
        return new ReleaseException(
                new Problem(Problem.Kind.REJECTED, "apply", WEB.toString(), "the webhook is away", ""));
    }

    @Test
    public void whatIsPausedIsNotBegunWhoeverHasPausedIt() {
        String two = FIVE.replace("web:1", "web:2");
        cluster.put(live().with(true, "spec", "paused"));
        ClusterPort foreign = (ClusterPort) Proxy.newProxyInstance(
                ClusterPort.class.getClassLoader(), new Class<?>[] {ClusterPort.class}, (self, method, arguments) -> {
                    Object answer = method.invoke(cluster, arguments);
                    if (!method.getName().equals("owned")) {
                        return answer;
                    }
                    return answer instanceof KubeObject object
                            ? object.without("spec", "paused")
                            : ((Optional<?>) answer).map(o -> ((KubeObject) o).without("spec", "paused"));
                });
        for (String manifest : List.of(two, two.replace("  replicas: 5\n", "  replicas: 5\n  paused: true\n"))) {
            int before = changes().size();
            ReleaseTools tools = new ReleaseTools(foreign, scheduler, Runnable::run, sink);
            ReleaseRun.start(builder(manifest).strategy(THREE).build(), tools, saved::add, records::add);
            scheduler.runDue();
            assertThat(last().outcome(), equalTo(Outcome.FAILED));
            assertThat(sentence(last()), containsString("kubectl rollout resume"));
            assertThat(changes().size(), equalTo(before));
        }
    }

    @Test
    public void aProcessThatEndedAfterTheApplyAndBeforeItSavedIsTakenUp() {
        start(request(":2", THREE.withInterval(Duration.ofSeconds(10)))).cancel();
        WatchToken first = reread();
        Cancellable run = ReleaseRun.continueFrom(first, tools(sink), saved::add, records::add);
        scheduler.advance(Duration.ofSeconds(10)); // batch 2 is applied, and nobody remembers
        run.cancel();
        assertThat(controller.history(), equalTo(List.of("2/5", "4/5")));
        records.clear();
        continueFrom(first);
        scheduler.advance(Duration.ofSeconds(60));
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        nothingIsHeld();
    }
}
