package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class SessionDrainTest extends ReleaseRunFixture {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final String INGRESS = """
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web}
            spec: {ingressClassName: CLASS, defaultBackend: {service: {name: web, port: {number: 80}}}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80}]}
            """;

    @Test
    public void thePodGoesOnServingForTheTimeAndThenHasItsOwnGrace() {
        KubeObject drained = SessionDrain.keep(deployment(""), TEN_MINUTES, "1.34");
        assertThat(drained.numberOr(0, "spec", "template", "spec", "terminationGracePeriodSeconds"), equalTo(645L));
        assertThat(preStop(drained, 0), equalTo(Map.of("sleep", Map.of("seconds", 600L))));
    }

    @Test
    public void beforeTheKubeletCouldWaitTheImageHasTo() {
        KubeObject drained = SessionDrain.keep(deployment(""), TEN_MINUTES, "1.20");
        assertThat(preStop(drained, 0), equalTo(Map.of("exec", Map.of("command", List.of("sleep", "600")))));
        assertThat(SessionDrain.loss(deployment(""), "1.20").orElseThrow(), containsString("the program sleep"));
        assertThat(SessionDrain.loss(deployment(""), "1.34").isPresent(), equalTo(false));
    }

    @Test
    public void whoeverDrainsWhatIsDrainedStartsFromTheManifest() {
        String probed = ", livenessProbe: {httpGet: {path: /, port: 80}}";
        for (KubeObject plain : List.of(
                deployment(probed),
                deployment("").without("spec", "template", "spec", "terminationGracePeriodSeconds"))) {
            for (String version : List.of("1.20", "1.28", "1.34")) {
                KubeObject once = SessionDrain.keep(plain, TEN_MINUTES, version);
                assertThat(SessionDrain.keep(once, TEN_MINUTES, version), equalTo(once));
                assertThat(
                        SessionDrain.keep(once, Duration.ofMinutes(1), "1.34"),
                        equalTo(SessionDrain.keep(plain, Duration.ofMinutes(1), "1.34")));
                assertThat("as kept", SessionDrain.keep(once, Duration.ZERO, version), equalTo(once));
                assertThat(SessionDrain.loss(once, version).orElse(""), not(containsString("preStop of its own")));
            }
        }
    }

    @Test
    public void aContainerThatIsRestartedForItsProbesDoesNotDrain() {
        String probed = ", livenessProbe: {httpGet: {path: /, port: 80}}, startupProbe: {httpGet: {path: /, port: 80},"
                + " terminationGracePeriodSeconds: 5}";
        KubeObject drained = SessionDrain.keep(deployment(probed), TEN_MINUTES, "1.34");
        assertThat(probeGrace(drained, "livenessProbe"), equalTo(45L));
        assertThat(probeGrace(drained, "startupProbe"), equalTo(5L));
        KubeObject old = SessionDrain.keep(deployment(probed), TEN_MINUTES, "1.20");
        assertThat("an old server would refuse the field", probeGrace(old, "livenessProbe"), equalTo(0L));
        assertThat(
                SessionDrain.loss(old, "1.20").orElseThrow(), containsString("fails its liveness probe drains, too"));
    }

    private static long probeGrace(KubeObject deployment, String probe) {
        return deployment
                .children("spec", "template", "spec", "containers")
                .get(0)
                .numberOr(0, probe, "terminationGracePeriodSeconds");
    }

    @Test
    public void aPreStopOfItsOwnIsLeftAlone() {
        String own = ", lifecycle: {preStop: {exec: {command: [/bye]}}}";
        assertThat(
                preStop(SessionDrain.keep(deployment(own), TEN_MINUTES, "1.34"), 0),
                equalTo(Map.of("exec", Map.of("command", List.of("/bye")))));
        assertThat(
                SessionDrain.loss(deployment(own), "1.34").orElseThrow(),
                containsString("container web has a preStop"));
    }

    @Test
    public void whoseSuccessorsWaitForTheirEndIsNotDrained() {
        for (String kind : List.of("StatefulSet", "DaemonSet")) {
            KubeObject other = deployment("").with(kind, "kind");
            assertThat(SessionDrain.keep(other, TEN_MINUTES, "1.34"), equalTo(other));
            assertThat(SessionDrain.loss(other, "1.34").orElseThrow(), containsString("is not drained"));
        }
        KubeObject recreated = deployment("").with("Recreate", "spec", "strategy", "type");
        assertThat(SessionDrain.keep(recreated, TEN_MINUTES, "1.34"), equalTo(recreated));
        assertThrows(ReleaseException.class, () -> builder(MANIFESTS)
                .drain(TEN_MINUTES)
                .strategy(new Strategy.Recreate())
                .build());
    }

    @Test
    public void whatADrainCannotGiveIsToldBeforeTheRelease() {
        release(MANIFESTS);
        cluster.put(ingressClass("k8s.io/ingress-nginx"));
        run(builder(MANIFESTS + INGRESS.replace("CLASS", "web"))
                .drain(TEN_MINUTES)
                .dryRun(true)
                .build());
        assertThat(last().outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(sink.lines(), hasItem(containsString("ingress-nginx sends a session's requests elsewhere")));
        assertThat(sink.lines(), hasItem(containsString("the pods that run now do not know of the drain")));
    }

    @Test
    public void whereTheControllerKeepsSessionsNothingIsTold() {
        cluster.put(ingressClass("traefik.io/ingress-controller"));
        run(builder(MANIFESTS + INGRESS.replace("CLASS", "web"))
                .drain(TEN_MINUTES)
                .dryRun(true)
                .build());
        assertThat(sink.lines(), not(hasItem(containsString("session"))));
        run(builder(MANIFESTS + INGRESS.replace("CLASS", "unknown"))
                .drain(TEN_MINUTES)
                .dryRun(true)
                .build());
        assertThat(sink.lines(), hasItem(containsString("which controller serves it is not known")));
    }

    private static KubeObject ingressClass(String controller) {
        return FakeObjects.parse(
                "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: web}, spec: {controller: "
                        + controller + "}}");
    }

    private static Object preStop(KubeObject deployment, int container) {
        return deployment
                .find("spec", "template", "spec", "containers", container, "lifecycle", "preStop")
                .orElseThrow();
    }

    private static KubeObject deployment(String more) {
        return FakeObjects.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  template:
                    spec:
                      terminationGracePeriodSeconds: 45
                      containers: [{name: web, image: web%s}]
                """.formatted(more));
    }
}
