package io.jenkins.plugins.k8srollout.engine.strategy;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;

import io.jenkins.plugins.k8srollout.engine.model.BatchGoal;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep.Stage;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.Test;

public class HoldsTest {
    private static final KubeObject WEB = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec: {replicas: 5, minReadySeconds: 7, template: {}}
            """);
    private static final KubeObject DB = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: shop}
            spec: {replicas: 5, template: {}}
            """);
    private static final KubeObject AGENT = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent, namespace: shop, annotations: {deprecated.daemonset.template.generation: "2"}}
            spec: {updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}, template: {}}
            status: {desiredNumberScheduled: 3}
            """);
    private static final Batches THREE = Batches.DEFAULT.withSizes(BatchSizes.equal(3));

    // ---- what is set

    @Test
    public void stopFirstAllowsTheCumulativeSizeToBeMissing() {
        assertThat(
                way(WEB, THREE),
                equalTo(List.of(
                        Map.of("maxSurge", 0L, "maxUnavailable", "40%"),
                        Map.of("maxSurge", 0L, "maxUnavailable", "80%"),
                        Map.of("maxSurge", 0L, "maxUnavailable", "100%"))));
    }

    @Test
    public void startFirstAlternatesBetweenStartingAndReplacing() {
        assertThat(
                way(WEB, THREE.withOrder(Order.START_FIRST)),
                equalTo(List.of(
                        Map.of("maxSurge", "40%", "maxUnavailable", 0L),
                        Map.of("maxSurge", 0L, "maxUnavailable", "40%"),
                        Map.of("maxSurge", "40%", "maxUnavailable", "40%"),
                        Map.of("maxSurge", 0L, "maxUnavailable", "80%"),
                        Map.of("maxSurge", "20%", "maxUnavailable", "80%"),
                        Map.of("maxSurge", 0L, "maxUnavailable", "100%"))));
    }

    @Test
    public void moreReplicasThanPercentagesAreCountedOneByOne() {
        KubeObject large = WEB.with(101, "spec", "replicas");
        assertThat(way(large, THREE).get(0), equalTo(Map.of("maxSurge", 0L, "maxUnavailable", 34L)));
    }

    @Test
    public void noPodIsEverAvailableAndNoDeadlineRuns() {
        KubeObject held = begin(WEB, WEB, THREE).child("spec");
        assertThat(held.number("minReadySeconds"), equalTo(Optional.of(2147483646L)));
        assertThat(held.number("progressDeadlineSeconds"), equalTo(Optional.of(2147483647L)));
    }

    @Test
    public void everyPercentageMeansExactlyTheBatch() {
        for (int replicas = 1; replicas <= 100; replicas++) {
            KubeObject web = WEB.with(replicas, "spec", "replicas");
            Batches single =
                    Batches.DEFAULT.withSizes(BatchSizes.equal(replicas)).withOrder(Order.START_FIRST);
            List<Map<String, Object>> way = way(web, single);
            for (int i = 0; i < way.size(); i++) {
                int batch = i / 2 + 1;
                boolean starts = i % 2 == 0;
                String name = replicas + " replicas, step " + i;
                assertThat(name, scaled(way.get(i).get("maxSurge"), replicas, true), equalTo(starts ? 1 : 0));
                assertThat(
                        name,
                        scaled(way.get(i).get("maxUnavailable"), replicas, false),
                        equalTo(starts ? batch - 1 : batch));
            }
        }
    }

    @Test
    public void partitionGoesDownToTheOneTheManifestWants() {
        assertThat(partitions(DB, THREE), equalTo(List.of(3L, 1L, 0L)));
        KubeObject parted = DB.with(2, "spec", "updateStrategy", "rollingUpdate", "partition");
        assertThat(partitions(parted, THREE), equalTo(List.of(4L, 3L, 2L)));
    }

    @Test
    public void partitionIsNotRaisedWhenTheWorkloadGrows() {
        KubeObject held = begin(DB, DB, THREE).with(8, "spec", "replicas");
        HoldDecision decision = Holds.decide(held, "r1", THREE, new BatchStep(1, Stage.REPLACE));
        KubeObject again = Holds.at(held, held, ((HoldDecision.Advance) decision).hold(), THREE);
        assertThat(again.number("spec", "updateStrategy", "rollingUpdate", "partition"), equalTo(Optional.of(3L)));
    }

    @Test
    public void daemonSetWaitsForDeletionsAndGetsSoManyAsTheBatchTakes() {
        KubeObject held = begin(AGENT, AGENT, THREE);
        assertThat(held.child("spec", "updateStrategy").fields(), equalTo(Map.of("type", "OnDelete")));
        BatchGoal one = Holds.goal(held, Hold.of(held).orElseThrow(), THREE);
        List<KubeObject> pods = List.of(pod("a", "1", true), pod("b", "1", true), pod("c", "1", false));
        assertThat(names(Holds.surplus(held, pods, one)), equalTo(List.of("c")));
        List<KubeObject> later = List.of(pod("a", "1", true), pod("b", "1", true), pod("c", "2", false));
        assertThat(names(Holds.surplus(held, later, one)), equalTo(List.of()));
        List<KubeObject> ending = List.of(
                pod("a", "1", true),
                pod("b", "1", true),
                pod("c", "1", true).with("now", "metadata", "deletionTimestamp"));
        assertThat(names(Holds.surplus(held, ending, one)), equalTo(List.of()));
    }

    @Test
    public void recreateIsAStrategyOfDeploymentsAllAtOnceOfDaemonSetsAndNeedsNothingOfStatefulSets() {
        Strategy recreate = new Strategy.Recreate();
        assertThat(begin(WEB, WEB, recreate).child("spec", "strategy").fields(), equalTo(Map.of("type", "Recreate")));
        assertThat(
                begin(AGENT, AGENT, recreate)
                        .child("spec", "updateStrategy", "rollingUpdate")
                        .fields(),
                equalTo(Map.of("maxUnavailable", "100%", "maxSurge", 0L)));
        assertThat(Holds.begin(DB, DB, DB, recreate, "r1", Optional.empty()), equalTo(Optional.empty()));
    }

    @Test
    public void whatTheServerWouldKeepIsOwnedBeforeItIsLeftOut() {
        KubeObject live = WEB.with(Map.of("maxSurge", "25%"), "spec", "strategy", "rollingUpdate");
        KubeObject begin = begin(WEB, live, new Strategy.Recreate());
        assertThat(
                Holds.beforehand(begin, live, WEB).orElseThrow().child("spec", "strategy"),
                equalTo(live.child("spec", "strategy")));
        assertThat(Holds.beforehand(begin(WEB, live, THREE), live, WEB), equalTo(Optional.empty()));
    }

    @Test
    public void nothingIsHeldWhereNothingIsReplaced() {
        KubeObject none = WEB.with(0, "spec", "replicas");
        assertThat(Holds.begin(none, none, none, THREE, "r1", Optional.empty()), equalTo(Optional.empty()));
        assertThat(
                Holds.begin(WEB, WEB, WEB, new Strategy.Rolling(), "r1", Optional.empty()), equalTo(Optional.empty()));
    }

    // ---- what is put back

    @Test
    public void originalsReturnAsTheReleaseWantsThem() {
        assertThat(Holds.restored(begin(WEB, WEB, THREE)), equalTo(WEB));
        assertThat(Holds.restored(begin(DB, DB, THREE)), equalTo(DB));
        assertThat(Holds.restored(WEB), equalTo(WEB));
    }

    @Test
    public void whatSomebodyElseHasSetReturnsTooButNotWhatTheReleaseLeavesOut() {
        KubeObject live = WEB.with(900, "spec", "progressDeadlineSeconds");
        KubeObject foreign =
                Holds.begin(WEB, live, WEB, THREE, "r1", Optional.empty()).orElseThrow();
        assertThat(Holds.restored(foreign).number("spec", "progressDeadlineSeconds"), equalTo(Optional.of(900L)));
        KubeObject ours =
                Holds.begin(WEB, live, live, THREE, "r1", Optional.empty()).orElseThrow();
        assertThat(Holds.restored(ours).number("spec", "progressDeadlineSeconds"), equalTo(Optional.empty()));
        KubeObject usual = WEB.with(600, "spec", "progressDeadlineSeconds");
        KubeObject byServer =
                Holds.begin(WEB, usual, WEB, THREE, "r1", Optional.empty()).orElseThrow();
        assertThat(Holds.restored(byServer), equalTo(WEB));
    }

    @Test
    public void whatOthersHaveSetInsideAFieldOfTheManifestReturnsToo() {
        KubeObject desired = WEB.with("RollingUpdate", "spec", "strategy", "type");
        KubeObject live =
                desired.with(Map.of("maxSurge", "25%", "maxUnavailable", 0), "spec", "strategy", "rollingUpdate");
        KubeObject held = Holds.begin(desired, live, desired, THREE, "r1", Optional.empty())
                .orElseThrow();
        Map<String, Object> both = Map.of("type", "RollingUpdate", "rollingUpdate", Map.of("maxUnavailable", 0L));
        assertThat(Holds.restored(held).child("spec", "strategy").fields(), equalTo(both));
        assertThat(
                Holds.freed(desired, Hold.of(held).orElseThrow())
                        .child("spec", "strategy")
                        .fields(),
                equalTo(both));
        KubeObject other = WEB.with("Recreate", "spec", "strategy", "type");
        KubeObject recreating =
                Holds.begin(other, live, WEB, THREE, "r1", Optional.empty()).orElseThrow();
        assertThat(Holds.restored(recreating).child("spec", "strategy").fields(), equalTo(Map.of("type", "Recreate")));
    }

    @Test
    public void aPartitionThatSomebodyElseHasSetIsTheLastOne() {
        KubeObject desired = DB.with("RollingUpdate", "spec", "updateStrategy", "type");
        KubeObject live = desired.with(3, "spec", "updateStrategy", "rollingUpdate", "partition");
        KubeObject held = Holds.begin(desired, live, desired, Batches.DEFAULT, "r1", Optional.empty())
                .orElseThrow();
        assertThat(held.number("spec", "updateStrategy", "rollingUpdate", "partition"), equalTo(Optional.of(4L)));
        assertThat(
                Holds.restored(held).number("spec", "updateStrategy", "rollingUpdate", "partition"),
                equalTo(Optional.of(3L)));
    }

    @Test
    public void heldValuesNeverBecomeOriginals() {
        KubeObject live = WEB.with(900, "spec", "progressDeadlineSeconds");
        KubeObject held = Holds.begin(
                        WEB, live, WEB, THREE, "r1", Optional.of(new Hold.Revision("ReplicaSet", "web-1", "1")))
                .orElseThrow();
        KubeObject again = Holds.begin(
                        WEB, held, held, THREE, "r2", Optional.of(new Hold.Revision("ReplicaSet", "web-2", "2")))
                .orElseThrow();
        assertThat(Holds.restored(again), equalTo(live));
        Hold hold = Hold.of(again).orElseThrow();
        assertThat(hold.release(), equalTo("r2"));
        assertThat(
                "the half-done revision is none to return to",
                hold.previous().orElseThrow().name(),
                equalTo("web-1"));
    }

    @Test
    public void anAnnotationWrittenByHandHoldsNothing() {
        for (String text : List.of("", "{}", "[]", "hold it", "{\"release\": \"r1\"}", "{\"stage\": 1}")) {
            KubeObject odd = WEB.with(text, "metadata", "annotations", Hold.ANNOTATION);
            assertThat(Hold.of(odd), equalTo(Optional.empty()));
            assertThat(Holds.restored(odd), equalTo(WEB));
        }
    }

    // ---- what is to be done

    @Test
    public void aStepThatIsSetIsWaitedForAndTheNextIsAllowed() {
        KubeObject held = begin(WEB, WEB, THREE);
        HoldDecision now = Holds.decide(held, "r1", THREE, new BatchStep(1, Stage.REPLACE));
        assertThat(now, equalTo(new HoldDecision.Wait(new BatchStep(1, Stage.REPLACE), new BatchGoal(2, 5, true))));
        HoldDecision next = Holds.decide(held, "r1", THREE, new BatchStep(2, Stage.REPLACE));
        assertThat(((HoldDecision.Advance) next).goal(), equalTo(new BatchGoal(4, 5, true)));
    }

    @Test
    public void aStepThatWasBegunByWhoeverWasThereBeforeIsNotTakenBack() {
        KubeObject held = begin(WEB, WEB, THREE);
        HoldDecision.Advance next =
                (HoldDecision.Advance) Holds.decide(held, "r1", THREE, new BatchStep(2, Stage.REPLACE));
        KubeObject second = Holds.at(held, held, next.hold(), THREE);
        assertThat(
                Holds.decide(second, "r1", THREE, new BatchStep(1, Stage.REPLACE)),
                equalTo(new HoldDecision.Wait(new BatchStep(2, Stage.REPLACE), new BatchGoal(4, 5, true))));
    }

    @Test
    public void scalingComputesTheStepAnew() {
        KubeObject held = begin(WEB, WEB, THREE).with(8, "spec", "replicas");
        HoldDecision decision = Holds.decide(held, "r1", THREE, new BatchStep(1, Stage.REPLACE));
        assertThat(((HoldDecision.Advance) decision).goal(), equalTo(new BatchGoal(3, 8, true)));
    }

    @Test
    public void aPauseEndsWithTheNextDecision() {
        KubeObject held = begin(WEB, WEB, THREE);
        KubeObject asking = Holds.at(held, held, Hold.of(held).orElseThrow().pausing(), THREE);
        assertThat(asking.flag("spec", "paused"), equalTo(true));
        HoldDecision.Advance next =
                (HoldDecision.Advance) Holds.decide(asking, "r1", THREE, new BatchStep(1, Stage.REPLACE));
        assertThat(Holds.at(asking, asking, next.hold(), THREE), equalTo(held));
        assertThat(Holds.restored(asking), equalTo(WEB));
    }

    @Test
    public void fieldsThatSomebodyHasChangedAreSetAgain() {
        KubeObject bent = begin(WEB, WEB, THREE).with("100%", "spec", "strategy", "rollingUpdate", "maxUnavailable");
        assertThat(
                Holds.decide(bent, "r1", THREE, new BatchStep(1, Stage.REPLACE)),
                instanceOf(HoldDecision.Advance.class));
    }

    @Test
    public void aHoldThatIsGoneOrAnothersDisturbs() {
        HoldDecision gone = Holds.decide(WEB, "r1", THREE, new BatchStep(1, Stage.REPLACE));
        assertThat(((HoldDecision.Disturbed) gone).reason(), containsString(Hold.ANNOTATION));
        HoldDecision other = Holds.decide(begin(WEB, WEB, THREE), "r2", THREE, new BatchStep(1, Stage.REPLACE));
        assertThat(((HoldDecision.Disturbed) other).reason(), containsString("r1"));
    }

    @Test
    public void aGoalHoldsForThePartThatWasMeant() {
        BatchGoal goal = new BatchGoal(2, 5, true);
        assertThat(goal.readyOf(5), equalTo(2L));
        assertThat(goal.oldOf(5).getAsLong(), equalTo(3L));
        assertThat(goal.readyOf(8), equalTo(2L));
        assertThat(goal.oldOf(8).getAsLong(), equalTo(6L));
        assertThat(goal.readyOf(3), equalTo(1L));
        assertThat(goal.readyOf(0), equalTo(0L));
        assertThat(new BatchGoal(2, 5, false).oldOf(5).isEmpty(), equalTo(true));
    }

    private static KubeObject begin(KubeObject desired, KubeObject live, Strategy strategy) {
        return Holds.begin(desired, live, desired, strategy, "r1", Optional.empty())
                .orElseThrow();
    }

    /** The fields of each step until all batches are done. */
    private static List<KubeObject> steps(KubeObject desired, Batches strategy) {
        KubeObject held = begin(desired, desired, strategy);
        List<KubeObject> steps = new ArrayList<>(List.of(held));
        BatchStep step = BatchStep.first(strategy.order()).next(strategy.order());
        while (step.batch() <= Holds.batches(held, strategy)) {
            HoldDecision.Advance next = (HoldDecision.Advance) Holds.decide(held, "r1", strategy, step);
            held = Holds.at(held, held, next.hold(), strategy);
            steps.add(held);
            step = step.next(strategy.order());
        }
        return steps;
    }

    private static List<Map<String, Object>> way(KubeObject desired, Batches strategy) {
        return steps(desired, strategy).stream()
                .map(o -> o.child("spec", "strategy", "rollingUpdate").fields())
                .toList();
    }

    private static List<Long> partitions(KubeObject desired, Batches strategy) {
        return steps(desired, strategy).stream()
                .map(o -> o.numberOr(-1, "spec", "updateStrategy", "rollingUpdate", "partition"))
                .toList();
    }

    private static int scaled(Object value, int replicas, boolean up) {
        double part = value instanceof Long number
                ? number
                : Double.parseDouble(value.toString().replace("%", "")) * replicas / 100;
        return (int) (up ? Math.ceil(part) : Math.floor(part));
    }

    private static KubeObject pod(String name, String generation, boolean ready) {
        return FakeObjects.parse("{apiVersion: v1, kind: Pod, metadata: {name: " + name
                + ", labels: {pod-template-generation: \"" + generation
                + "\"}}, status: {conditions: [{type: Ready, status: \"" + (ready ? "True" : "False") + "\"}]}}");
    }

    private static List<String> names(List<KubeObject> objects) {
        return IntStream.range(0, objects.size())
                .mapToObj(i -> objects.get(i).name())
                .toList();
    }
}
