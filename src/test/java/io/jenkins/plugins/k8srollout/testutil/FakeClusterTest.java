package io.jenkins.plugins.k8srollout.testutil;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.ApplyOptions;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class FakeClusterTest {
    private static final KubeObject WEB = FakeObjects.parse("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
            spec: {replicas: 2}
            """);
    private final FakeCluster cluster = new FakeCluster();
    private final List<String> told = new ArrayList<>();

    @Test
    public void watchTellsWhatIsThereThenEachChange() {
        cluster.put(WEB);
        cluster.watch(selection("app=web,tier in (front, back),!canary"), listener());
        cluster.status(WEB.ref(), Map.of("replicas", 2));
        cluster.remove(WEB.ref());
        assertThat(told, contains("changed", "synced", "changed", "deleted"));
    }

    @Test
    public void watchLeavesOutOtherLabels() {
        cluster.put(WEB);
        cluster.watch(selection("app!=web"), listener());
        assertThat(told, contains("synced"));
    }

    @Test
    public void controllerReactsToDesireNotToItsOwnStatus() {
        cluster.react(
                "Deployment", o -> cluster.status(o.ref(), Map.of("seen", o.numberOr(0, "metadata", "generation"))));
        cluster.apply(WEB, ApplyOptions.PLAIN);
        cluster.patch(WEB.ref(), KubeObject.of(Map.of("spec", Map.of("replicas", 3))));
        cluster.apply(WEB.with(3, "spec", "replicas"), ApplyOptions.PLAIN);
        KubeObject now = cluster.get(WEB.ref()).orElseThrow();
        assertThat(now.numberOr(0, "status", "seen"), equalTo(2L));
        assertThat(now.numberOr(0, "metadata", "generation"), equalTo(2L));
    }

    @Test
    public void dryRunChangesNothing() {
        cluster.apply(WEB, new ApplyOptions(true, false));
        assertThat(cluster.get(WEB.ref()).isPresent(), is(false));
        assertThat(cluster.calls(), contains("dry-run Deployment/shop/web", "get Deployment/shop/web"));
    }

    private static Selection selection(String labels) {
        return Selection.of("apps/v1", "Deployment", "shop").labelled(labels);
    }

    private WatchListener listener() {
        return new WatchListener() {
            @Override
            public void changed(KubeObject object) {
                told.add("changed");
            }

            @Override
            public void deleted(KubeObject object) {
                told.add("deleted");
            }

            @Override
            public void synced() {
                told.add("synced");
            }

            @Override
            public void failed(RuntimeException reason) {
                told.add("failed");
            }
        };
    }
}
