package io.jenkins.plugins.k8srollout.engine.event;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ProgressTextTest {
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private static final ImageDigest DIGEST = ImageDigest.of(new byte[0]);
    private static final Health.Cause CAUSE =
            new Health.Cause(Health.Weight.FATAL, "ImagePullBackOff", WEB, "app", "no such tag", "push the tag");
    private static final Finding FINDING =
            new Finding(Finding.Severity.ERROR, "latest-tag", "deploy/web.yaml", 1, 7, "Deployment/web", "bad", "good");
    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "text"),
            Map.entry(boolean.class, true),
            Map.entry(long.class, 1_500L),
            Map.entry(Duration.class, Duration.ofMillis(1_500)),
            Map.entry(ObjectRef.class, WEB),
            Map.entry(ImageDigest.class, DIGEST),
            Map.entry(Finding.class, FINDING),
            Map.entry(Health.Cause.class, CAUSE),
            Map.entry(List.class, List.of("one")));

    @Test
    public void everyEventHasWords() throws Exception {
        for (Class<?> type : ProgressEvent.class.getPermittedSubclasses()) {
            assertThat(type.getSimpleName(), ProgressText.lines(sample(type)).isEmpty(), equalTo(false));
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

    private static ProgressEvent sample(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] parts = type.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        Object[] values = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = parts[i].getType();
            values[i] = types[i].isEnum() ? types[i].getEnumConstants()[0] : SAMPLES.get(types[i]);
        }
        return (ProgressEvent) type.getDeclaredConstructor(types).newInstance(values);
    }
}
