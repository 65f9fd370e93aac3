package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import org.junit.Test;

public class KnownApisTest {

    @Test
    public void versionsComeAndGo() {
        assertThat(KnownApis.of("1.16").serves("apps/v1beta1", "Deployment"), is(false));
        assertThat(
                KnownApis.of("1.18").versionsOf("Ingress"),
                contains("extensions/v1beta1", "networking.k8s.io/v1beta1"));
        assertThat(
                KnownApis.of("1.20").versionsOf("Ingress"),
                contains("extensions/v1beta1", "networking.k8s.io/v1", "networking.k8s.io/v1beta1"));
        assertThat(KnownApis.of("1.22").versionsOf("Ingress"), contains("networking.k8s.io/v1"));
        assertThat(KnownApis.of("1.20").versionsOf("CronJob"), contains("batch/v1beta1"));
        assertThat(KnownApis.of("1.24").versionsOf("CronJob"), contains("batch/v1", "batch/v1beta1"));
        assertThat(KnownApis.of("1.25").serves("policy/v1beta1", "PodSecurityPolicy"), is(false));
        assertThat(
                KnownApis.of("1.34").versionsOf("HorizontalPodAutoscaler"),
                contains("autoscaling/v1", "autoscaling/v2"));
    }

    @Test
    public void scopeAndPluralAreKnown() {
        assertThat(KnownApis.newest().resource("v1", "Namespace").get().namespaced(), is(false));
        assertThat(
                KnownApis.newest()
                        .resource("networking.k8s.io/v1", "Ingress")
                        .get()
                        .plural(),
                is("ingresses"));
    }

    @Test
    public void versionIsReadAsServersWriteIt() {
        for (String version : List.of("1.34", "v1.34.2", "1.34.2-aliyun.1", "v1.34.1+k3s1", "1.34+")) {
            assertThat(KnownApis.of(version).serverVersion(), is("1.34"));
        }
        assertThat(KnownApis.of("1.99").serves("apps/v1", "Deployment"), is(true));
        for (String version : List.of("1.15", "2.0", "newest", "", "1.")) {
            assertThrows(version, ReleaseException.class, () -> KnownApis.of(version));
        }
    }
}
