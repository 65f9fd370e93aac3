package io.jenkins.plugins.k8srollout.engine.event;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.time.Duration;
import org.junit.Test;

public class ProgressTextTest {
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private static final Health.Cause CAUSE =
            new Health.Cause(Health.Weight.FATAL, "ImagePullBackOff", WEB, "app", "no such tag", "push the tag");
    private static final Finding FINDING =
            new Finding(Finding.Severity.ERROR, "latest-tag", "deploy/web.yaml", 1, 7, "Deployment/web", "bad", "good");

    @Test
    public void everyEventHasWords() throws Exception {
        for (Class<?> type : ProgressEvent.class.getPermittedSubclasses()) {
            assertThat(
                    type.getSimpleName(),
                    ProgressText.lines(SampleEvents.of(type)).isEmpty(),
                    equalTo(false));
        }
    }

    @Test
    public void causeComesWithItsRemedy() {
        assertThat(
                ProgressText.lines(new ProgressEvent.CauseSeen(CAUSE)),
                contains(
                        "cause    ImagePullBackOff on Deployment/shop/web (container app): no such tag",
                        "         -> push the tag"));
    }

    @Test
    public void findingIsOneLineThatEditorsCanJumpTo() {
        assertThat(
                ProgressText.lines(new ProgressEvent.Checked(FINDING)),
                contains("deploy/web.yaml:7: error: Deployment/web: bad [latest-tag] - good"));
    }

    @Test
    public void diffIsShownOnlyForADryRun() {
        String diff = "-replicas: 1\n+replicas: 2\n";
        ProgressEvent.Applied.Change changed = ProgressEvent.Applied.Change.CHANGED;
        assertThat(
                ProgressText.lines(new ProgressEvent.Applied(WEB, changed, false, diff)),
                contains("changed  Deployment/shop/web"));
        assertThat(ProgressText.lines(new ProgressEvent.Applied(WEB, changed, true, diff)), hasItem("  +replicas: 2"));
    }

    @Test
    public void sizesAndDurationsAreReadable() {
        assertThat(ProgressText.size(999), equalTo("999 B"));
        assertThat(ProgressText.size(12_345_678), equalTo("12.3 MB"));
        assertThat(ProgressText.took(Duration.ofMillis(420)), equalTo("0.4 s"));
        assertThat(ProgressText.took(Duration.ofSeconds(12)), equalTo("12 s"));
        assertThat(ProgressText.took(Duration.ofSeconds(185)), equalTo("3 min 5 s"));
    }
}
