package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** A Deployment that still tells of the progress that its former template did not make. */
public class StalledConditionTest extends HealthWatchFixture {
    private static final String BEFORE = "2026-01-01T00:00:00Z";
    private static final String AFTER = "2026-01-01T00:01:00Z";

    @Test
    public void conditionFromBeforeTheReleaseFailsNothing() {
        stalled(2, 2, BEFORE);
        start(after(BEFORE));
        assertThat(outcomes, empty());
        stalled(2, 2, AFTER);
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.FAILED));
        assertThat(outcome().toProblem().reason(), containsString("made no progress"));
    }

    @Test
    public void conditionWrittenBeforeTheControllerSawTheReleaseFailsNothing() {
        stalled(2, 1, AFTER);
        start(after(BEFORE));
        stalled(2, 2, AFTER);
        settle();
        assertThat(outcomes, empty());
        shop.deployment(2, 1, 1, 1);
        settle();
        assertThat(outcome().result(), equalTo(HealthOutcome.Result.HEALTHY));
    }

    @Test
    public void conditionIsRememberedOnlyOfAnEarlierGeneration() {
        KubeObject deployment = stalled(2, 2, BEFORE);
        assertThat(AppliedTarget.of(cluster, deployment, true).stalled(), equalTo(BEFORE));
        assertThat(AppliedTarget.of(cluster, deployment, false).stalled(), equalTo(""));
        assertThat(AppliedTarget.of(cluster, deployment.without("status"), true).stalled(), equalTo(""));
    }

    @Test
    public void targetsSurviveARestart() {
        WaitRequest request = WaitRequest.of("shop", List.of(new WaitRequest.Target(Shop.WEB, 2, "print", BEFORE)));
        assertThat(WaitRequest.decode(request.encode()), equalTo(request));
        String older = request.encode().replaceAll(",\"(template|stalled)\":\"[^\"]*\"", "");
        assertThat(WaitRequest.decode(older).targets(), equalTo(List.of(new WaitRequest.Target(Shop.WEB, 2))));
    }

    private static WaitRequest after(String time) {
        return WaitRequest.of("shop", List.of(new WaitRequest.Target(Shop.WEB, 2, "", time)));
    }

    private KubeObject stalled(int generation, int observed, String time) {
        shop.deployment(generation, 1, 0, 0);
        KubeObject condition = FakeObjects.parse(
                "{type: Progressing, status: \"False\", reason: ProgressDeadlineExceeded, lastUpdateTime: \"" + time
                        + "\"}");
        return cluster.status(
                Shop.WEB,
                Map.of("observedGeneration", (long) observed, "replicas", 1L, "conditions", List.of(condition)));
    }
}
