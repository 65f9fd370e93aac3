package io.jenkins.plugins.k8srollout.engine.event;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An event of each type, for tests that must not forget one. */
final class SampleEvents {
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "text"),
            Map.entry(boolean.class, true),
            Map.entry(long.class, 1_500L),
            Map.entry(Duration.class, Duration.ofMillis(1_500)),
            Map.entry(ObjectRef.class, WEB),
            Map.entry(ImageDigest.class, ImageDigest.of(new byte[0])),
            Map.entry(
                    Finding.class,
                    new Finding(Finding.Severity.ERROR, "latest-tag", "web.yaml", 1, 7, "Deployment/web", "bad", "")),
            Map.entry(Health.Cause.class, new Health.Cause(Health.Weight.FATAL, "OOM", WEB, "app", "killed", "more")),
            Map.entry(
                    ScanResult.class,
                    new ScanResult(
                            "shop/web@sha256:1",
                            "Trivy 1",
                            VulnerabilitySeverity.HIGH,
                            Map.of(VulnerabilitySeverity.HIGH, 1),
                            1,
                            List.of(new Vulnerability("CVE-1", VulnerabilitySeverity.HIGH, "zlib", "1", "2", "")))),
            Map.entry(List.class, List.of("one")));

    private SampleEvents() {}

    static ProgressEvent of(Class<?> type) throws ReflectiveOperationException {
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
