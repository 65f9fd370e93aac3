package io.jenkins.plugins.k8srollout.engine.strategy;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.SimulatedDeployment;
import java.util.Optional;
import java.util.Random;
import org.junit.Test;

/**
 * What batches promise, whatever the order in which controller, kubelets and pods come to act: never fewer ready pods
 * than all but a batch (stop first) or than all (start first), never more new pods than the batches so far.
 */
public class BatchInvariantTest {
    private static final KubeObject WEB = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec: {replicas: 5, template: old}
            """);

    @Test
    public void holdsForEverySizeBothOrdersAndEveryInterleaving() {
        for (int seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            new Release(random, 1 + random.nextInt(30), 1 + random.nextInt(10), order(random)).run("seed " + seed);
        }
    }

    @Test
    public void holdsWithMorePodsThanAPercentageCanTell() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            new Release(random, 101 + random.nextInt(200), 2 + random.nextInt(5), order(random)).run("seed " + seed);
        }
    }

    @Test
    public void anEvictionBringsNoBatchForward() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            new Release(random, 2 + random.nextInt(12), 1 + random.nextInt(5), order(random))
                    .evicting()
                    .run("seed " + seed);
        }
    }

    @Test
    public void scalingInAPauseKeepsTheProportion() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int before = 2 + random.nextInt(20);
            int after = 1 + random.nextInt(25);
            Release release = new Release(random, before, 2 + random.nextInt(4), order(random));
            release.firstBatch();
            int fresh = release.web.newPods();
            Hold asking = Hold.of(release.web.live()).orElseThrow().pausing();
            release.web.apply(Holds.at(release.web.live(), release.web.live(), asking, release.strategy));
            release.web.scale(after);
            release.web.settle(random);
            // The controller rounds each ReplicaSet by itself and gives the rest to the larger one.
            int most = (int) Math.ceil((double) fresh * after / before) + 1;
            String how = "seed " + seed + ": " + before + " to " + after + ", " + fresh + " new: " + release.web;
            assertThat(how, release.web.newPods(), lessThanOrEqualTo(Math.max(1, most)));
            assertThat(how, release.web.pods(), equalTo(after));
        }
    }

    @Test
    public void aScaledReleaseStartsWhatIsMissingBeforeItStopsMore() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            int before = 2 + random.nextInt(20);
            int after = 2 + random.nextInt(25);
            boolean absolute = random.nextBoolean();
            int size = 1 + random.nextInt(9);
            BatchSizes sizes = absolute ? BatchSizes.parse(size + ",2,1") : BatchSizes.equal(size);
            Release release = new Release(random, before, sizes, Order.START_FIRST);
            release.scaledAfter(
                    random.nextInt(6), after, "seed " + seed + ": " + before + " to " + after + " by " + sizes);
        }
    }

    @Test
    public void aReleaseOnTopOfAHeldOneHoldsTooAndReturnsTheTrueOriginals() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int replicas = 2 + random.nextInt(12);
            Release first = new Release(random, replicas, 2 + random.nextInt(3), order(random));
            first.firstBatch();
            Release second = new Release(first.web, random, replicas, 1 + random.nextInt(4), order(random), "newer");
            second.run("seed " + seed);
        }
    }

    private static Order order(Random random) {
        return random.nextBoolean() ? Order.STOP_FIRST : Order.START_FIRST;
    }

    /** One release of the simulated Deployment, driven by the decisions alone. */
    private static final class Release {
        private final Random random;
        private final int replicas;
        private final Batches strategy;
        private final SimulatedDeployment web;
        private final KubeObject desired;
        private final BatchPlan plan;
        private BatchStep step;
        private int evicted;
        private boolean evicts;
        private int reached;

        Release(Random random, int replicas, int batches, Order order) {
            this(
                    new SimulatedDeployment(WEB.with(replicas, "spec", "replicas")),
                    random,
                    replicas,
                    batches,
                    order,
                    "new");
        }

        Release(Random random, int replicas, BatchSizes sizes, Order order) {
            this(
                    new SimulatedDeployment(WEB.with(replicas, "spec", "replicas")),
                    random,
                    replicas,
                    sizes,
                    order,
                    "new");
        }

        Release(SimulatedDeployment web, Random random, int replicas, int batches, Order order, String template) {
            this(web, random, replicas, BatchSizes.equal(batches), order, template);
        }

        Release(SimulatedDeployment web, Random random, int replicas, BatchSizes sizes, Order order, String template) {
            this.web = web;
            this.random = random;
            this.replicas = replicas;
            this.strategy = Batches.DEFAULT.withSizes(sizes).withOrder(order);
            this.desired = WEB.with(replicas, "spec", "replicas").with(template, "spec", "template");
            this.plan = BatchPlan.of(strategy.sizes(), replicas);
            this.step = BatchStep.first(order);
            web.apply(Holds.begin(desired, web.live(), web.live(), strategy, template, Optional.empty())
                    .orElseThrow());
        }

        Release evicting() {
            evicts = true;
            return this;
        }

        void firstBatch() {
            while (step.batch() == 1) {
                untilReached("first batch");
                if (step.endsBatch()) {
                    break;
                }
                advance();
            }
        }

        void run(String name) {
            while (step.batch() <= plan.batches()) {
                untilReached(name + ", " + step);
                reached = step.endsBatch() ? step.target(plan) : reached;
                advance();
            }
            KubeObject free = Holds.restored(web.live());
            assertThat(name, free, equalTo(desired));
            web.apply(free);
            web.settle(random);
            assertThat(name, web.newReady(), equalTo(replicas));
            assertThat(name, web.pods(), equalTo(replicas));
        }

        /** Some steps, then a settled change of the replicas, then all that is left, as decided. */
        void scaledAfter(int steps, int now, String name) {
            for (int i = 0; i < steps && !(step.batch() == plan.batches() && step.endsBatch()); i++) {
                untilReached(name);
                advance();
            }
            untilReached(name);
            web.scale(now);
            web.settle(random);
            int had = web.newPods();
            BatchPlan scaled = BatchPlan.of(strategy.sizes(), now);
            while (step.batch() <= scaled.batches()) {
                if (Holds.decide(shown(), Hold.of(web.live()).orElseThrow().release(), strategy, step)
                        instanceof HoldDecision.Advance next) {
                    web.apply(Holds.at(web.live(), web.live(), next.hold(), strategy));
                    step = next.hold().step();
                    untilReached(next.goal(), now, () -> {
                        String how = name + ", " + step + ": " + web;
                        assertThat(how, web.ready(), greaterThanOrEqualTo(now));
                        assertThat(how, web.newPods(), lessThanOrEqualTo(Math.max(had, step.target(scaled))));
                    });
                } else {
                    step = step.next(strategy.order());
                }
            }
            web.apply(Holds.restored(web.live()));
            web.settle(random);
            assertThat(name, web.newReady(), equalTo(now));
        }

        /** As the server shows it. */
        private KubeObject shown() {
            return web.live().with(web.pods(), "status", "replicas").with(web.newPods(), "status", "updatedReplicas");
        }

        private void advance() {
            step = step.next(strategy.order());
            String release = Hold.of(web.live()).orElseThrow().release();
            if (step.batch() <= plan.batches()
                    && Holds.decide(web.live(), release, strategy, step) instanceof HoldDecision.Advance next) {
                web.apply(Holds.at(web.live(), web.live(), next.hold(), strategy));
            }
        }

        private void untilReached(String name) {
            BatchGoal goal = Holds.goal(web.live(), Hold.of(web.live()).orElseThrow(), strategy);
            untilReached(goal, replicas, () -> {
                if (evicts && random.nextInt(20) == 0 && web.evict(random)) {
                    evicted++;
                }
                check(name);
            });
        }

        private void untilReached(BatchGoal goal, int now, Runnable check) {
            for (int i = 0; i < 20_000; i++) {
                if (web.newReady() >= goal.readyOf(now)
                        && web.oldPods() <= goal.oldOf(now).orElse(Long.MAX_VALUE)) {
                    return;
                }
                web.happen(random);
                check.run();
            }
            throw new AssertionError(step + " of " + goal + " never ends: " + web);
        }

        private void check(String name) {
            boolean beside = strategy.order() == Order.START_FIRST;
            int size = step.target(plan) - reached;
            // Each pod that was evicted may be missing for a while, and nobody promises those.
            int promised = (beside ? replicas : replicas - size) - evicted;
            assertThat(name + ": " + web, web.newPods(), lessThanOrEqualTo(step.target(plan)));
            assertThat(name + ": " + web, web.ready(), greaterThanOrEqualTo(promised));
            assertThat(name + ": " + web, web.pods(), lessThanOrEqualTo(beside ? replicas + size : replicas));
        }
    }
}
