package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class ReleaseRequestTest {
    private static final List<ManifestSource> MANIFESTS = List.of(new ManifestSource("web.yaml", "a: 1"));
    private static final WorkloadRef WEB = WorkloadRef.parse("deployment/web");

    @Test
    public void defaultsAreThoseOfTheDocumentation() {
        ReleaseRequest request = manifests().build();
        assertThat(request.strategy(), is(new Strategy.Rolling()));
        assertThat(request.timeout(), is(Duration.ofMinutes(10)));
        assertThat(request.onFailure(), is(OnFailure.ROLLBACK));
        assertThat(request.pullSecret(), is(Optional.empty()));
        assertThat(request.dryRun() || request.force() || request.createNamespace(), is(false));
    }

    @Test
    public void partsThatDoNotFitAreRefusedWithAReason() {
        refused(manifests().namespace(""), "the namespace is missing");
        refused(ReleaseRequest.builder().namespace("shop"), "there is nothing to release");
        refused(manifests().workload(WEB), "both manifests and workload are set");
        refused(ReleaseRequest.builder().namespace("shop").workload(WEB), "images is missing");
        refused(manifests().timeout(Duration.ZERO), "it is not positive");
    }

    @Test
    public void workloadWithAnImageIsEnough() {
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace("shop")
                .workload(WEB)
                .images(Map.of("web", ImageReference.parse("r.io/web:1")))
                .build();
        assertThat(request.workload(), is(Optional.of(WEB)));
    }

    @Test
    public void contentOfManifestsNeverShows() {
        assertThat(manifests().build().manifests().toString(), is("[web.yaml]"));
    }

    private static ReleaseRequest.Builder manifests() {
        return ReleaseRequest.builder().namespace("shop").manifests(MANIFESTS);
    }

    private static void refused(ReleaseRequest.Builder builder, String reason) {
        assertThat(assertThrows(ReleaseException.class, builder::build).getMessage(), containsString(reason));
    }
}
