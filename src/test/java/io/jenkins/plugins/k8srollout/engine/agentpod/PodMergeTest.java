package io.jenkins.plugins.k8srollout.engine.agentpod;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** One row per rule of the merge. */
@RunWith(Parameterized.class)
public class PodMergeTest {
    private final String base;
    private final String overlay;
    private final String merged;

    public PodMergeTest(String rule, String base, String overlay, String merged) {
        this.base = base;
        this.overlay = overlay;
        this.merged = merged;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> rules() {
        return List.of(
                row("maps are merged", "{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", "{a: {x: 1, y: 3, z: 4}}"),
                row("null removes", "{a: {x: 1, y: 2}}", "{a: {x: null}}", "{a: {y: 2}}"),
                row("null removes nothing that is not there", "{}", "{a: {x: null, y: 1}}", "{a: {y: 1}}"),
                row("values are replaced", "{a: 1}", "{a: two}", "{a: two}"),
                row("lists without key are replaced", "{args: [a, b]}", "{args: [c]}", "{args: [c]}"),
                row(
                        "containers by name",
                        "{containers: [{name: a, image: x}, {name: b, image: y}]}",
                        "{containers: [{name: b, tty: true}, {name: c, image: z}]}",
                        "{containers: [{name: a, image: x}, {name: b, image: y, tty: true}, {name: c, image: z}]}"),
                row(
                        "variables by name, as a whole",
                        "{env: [{name: A, value: x}, {name: B, value: y}]}",
                        "{env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}",
                        "{env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: B, value: y}]}"),
                row(
                        "volumes by name, as a whole",
                        "{volumes: [{name: w, emptyDir: {}}]}",
                        "{volumes: [{name: w, persistentVolumeClaim: {claimName: c}}]}",
                        "{volumes: [{name: w, persistentVolumeClaim: {claimName: c}}]}"),
                row(
                        "mounts by path",
                        "{volumeMounts: [{name: a, mountPath: /a}]}",
                        "{volumeMounts: [{name: b, mountPath: /a}, {name: c, mountPath: /c}]}",
                        "{volumeMounts: [{name: b, mountPath: /a}, {name: c, mountPath: /c}]}"),
                row(
                        "ports by number",
                        "{ports: [{containerPort: 80}]}",
                        "{ports: [{containerPort: 80, name: http}, {containerPort: 90}]}",
                        "{ports: [{containerPort: 80, name: http}, {containerPort: 90}]}"),
                row(
                        "entries without key are added",
                        "{containers: [{name: a}]}",
                        "{containers: [{image: x}]}",
                        "{containers: [{name: a}, {image: x}]}"),
                row("a list takes a map's place", "{a: {x: 1}}", "{a: [1]}", "{a: [1]}"),
                row(
                        "a map takes a list's place",
                        "{containers: [{name: a}]}",
                        "{containers: {x: 1}}",
                        "{containers: {x: 1}}"));
    }

    private static Object[] row(String... cells) {
        return cells;
    }

    @Test
    public void merges() {
        assertThat(
                PodMerge.merge(FakeObjects.parse(base), FakeObjects.parse(overlay))
                        .fields(),
                is(FakeObjects.parse(merged).fields()));
    }

    @Test
    public void mergingNothingChangesNothing() {
        assertThat(PodMerge.merge(FakeObjects.parse(base), KubeObject.empty()), is(FakeObjects.parse(base)));
    }

    @Test
    public void mergingTwiceEqualsOnce() {
        KubeObject once = PodMerge.merge(FakeObjects.parse(base), FakeObjects.parse(overlay));
        boolean unkeyed = overlay.contains("[{image");
        if (!unkeyed) {
            assertThat(PodMerge.merge(once, FakeObjects.parse(overlay)), is(once));
        }
    }
}
