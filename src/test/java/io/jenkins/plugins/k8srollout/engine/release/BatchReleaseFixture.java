package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.OnFailure;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold;
import java.util.Map;
import org.junit.Before;

/** A Deployment of five pods, released in batches by a simulated controller. */
abstract class BatchReleaseFixture extends ReleaseRunFixture {
    static final String FIVE = MANIFESTS.replace("replicas: 1", "replicas: 5");
    static final Batches THREE = Batches.DEFAULT.withSizes(BatchSizes.equal(3));
    static final Batches PAUSING = THREE.withPause(Pause.FIRST);

    FakeReplicas controller;

    @Before
    public void playReplicas() {
        cluster.removeWhatIsLeftOut();
        controller = new FakeReplicas(cluster);
        assertThat(release(FIVE).outcome(), equalTo(Outcome.HEALTHY));
        controller.history().clear();
    }

    ReleaseRecord release(String image, Strategy strategy) {
        return run(request(image, strategy));
    }

    static ReleaseRequest request(String image, Strategy strategy) {
        return request(image, strategy, OnFailure.ROLLBACK);
    }

    static ReleaseRequest request(String image, Strategy strategy, OnFailure onFailure) {
        return builder(FIVE.replace("/web:1", image.startsWith(":") ? "/web" + image : image))
                .strategy(strategy)
                .onFailure(onFailure)
                .build();
    }

    void nothingIsHeld() {
        KubeObject live = live();
        assertThat(live.annotations().containsKey(Hold.ANNOTATION), equalTo(false));
        assertThat(
                Map.of(
                        "minReadySeconds", live.has("spec", "minReadySeconds"),
                        "progressDeadlineSeconds", live.has("spec", "progressDeadlineSeconds"),
                        "strategy", live.has("spec", "strategy"),
                        "paused", live.has("spec", "paused")),
                equalTo(Map.of(
                        "minReadySeconds",
                        false,
                        "progressDeadlineSeconds",
                        false,
                        "strategy",
                        false,
                        "paused",
                        false)));
    }
}
