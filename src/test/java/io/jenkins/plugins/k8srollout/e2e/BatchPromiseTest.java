package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;

import io.jenkins.plugins.k8srollout.e2e.ReleaseLedger.Entry;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.strategy.Holds;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.Test;

/** Whether {@link BatchPromise} sees what is wrong: four pods in two batches, of which the first may happen. */
public class BatchPromiseTest {
    private static final KubeObject WEB = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec: {replicas: 4, template: old}
            """);

    private final List<Entry> entries = new ArrayList<>();

    private List<String> broken(Order order, String... killed) {
        Batches strategy = Batches.DEFAULT.withOrder(order);
        KubeObject held =
                Holds.begin(WEB, WEB, WEB, strategy, "r1", Optional.empty()).orElseThrow();
        List<Entry> all = new ArrayList<>();
        all.add(new Entry(true, 0, WEB, false));
        for (String name : List.of("a", "b", "c", "d")) {
            all.add(new Entry(true, 0, pod(name, "old", true), false));
        }
        all.add(new Entry(false, 0, held, false));
        all.addAll(entries);
        return new BatchPromise(n -> List.of(n / 2, n), order == Order.START_FIRST, Set.of(killed)).brokenBy(all);
    }

    private void shows(KubeObject pod) {
        entries.add(new Entry(false, entries.size() + 1L, pod, false));
    }

    private void ends(String name) {
        shows(pod(name, "old", true).with("2026-11-21T12:00:00Z", "metadata", "deletionTimestamp"));
    }

    private static KubeObject pod(String name, String template, boolean ready) {
        return FakeObjects.parse("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: shop, uid: uid-%1$s, labels: {app: web, pod-template-hash: %2$s}}
                status: {conditions: [{type: Ready, status: "%3$s"}]}
                """.formatted(name, template, ready ? "True" : "False"));
    }

    @Test
    public void aBatchThatStaysABatchBreaksNothing() {
        ends("a");
        ends("b");
        shows(pod("e", "new", false));
        shows(pod("f", "new", true));
        assertThat(broken(Order.STOP_FIRST), empty());
    }

    @Test
    public void oneReadyPodTooFewIsSeen() {
        ends("a");
        ends("b");
        ends("c");
        assertThat(broken(Order.STOP_FIRST), hasSize(1));
        assertThat(broken(Order.START_FIRST), hasSize(3));
    }

    @Test
    public void oneNewPodTooManyIsSeen() {
        for (String name : List.of("e", "f", "g")) {
            shows(pod(name, "new", false));
        }
        assertThat(broken(Order.START_FIRST), hasSize(1));
        assertThat(broken(Order.START_FIRST).get(0), containsString("3 new"));
    }

    @Test
    public void aPodThatOthersTakeIsMissingUntilItsSuccessorIsReady() {
        ends("a");
        ends("b");
        ends("c");
        assertThat(broken(Order.STOP_FIRST, "uid-c"), empty());
        shows(pod("h", "old", true));
        shows(pod("h", "old", false));
        assertThat("which it was", broken(Order.STOP_FIRST, "uid-c"), hasSize(1));
    }

    @Test
    public void whereNoOldPodIsLeftToGrowTheNewOnesDo() {
        for (String name : List.of("a", "b", "c", "d")) {
            ends(name);
        }
        int before = broken(Order.STOP_FIRST).size();
        shows(scaled(8));
        for (int i = 0; i < 8; i++) {
            shows(pod("n" + i, "new", false));
        }
        assertThat("8 new pods, none of them ready", broken(Order.STOP_FIRST), hasSize(before));
    }

    @Test
    public void whereOldPodsAreLeftNewOnesGrowInProportion() {
        ends("a");
        ends("b");
        shows(pod("e", "new", true));
        shows(pod("f", "new", true));
        shows(scaled(8));
        for (int i = 0; i < 4; i++) {
            shows(pod("o" + i, "old", true));
        }
        for (int i = 0; i < 5; i++) {
            shows(pod("n" + i, "new", true));
        }
        assertThat("4, and 2 that are rounded", broken(Order.STOP_FIRST), hasSize(1));
        assertThat(broken(Order.STOP_FIRST).get(0), containsString("7 new"));
    }

    private static KubeObject scaled(int replicas) {
        return Holds.begin(WEB, WEB, WEB, Batches.DEFAULT, "r1", Optional.empty())
                .orElseThrow()
                .with(replicas, "spec", "replicas")
                .with(2, "metadata", "generation");
    }
}
