package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRun;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** Whole releases on a real cluster that go well. */
public class ReleaseRunClusterTest extends ReleaseRunClusterFixture {
    @Test
    public void releasesThenChangesNothingThenReleasesChangedConfiguration() throws InterruptedException {
        ReleaseRecord first = run(request(MANIFESTS));
        assertThat(first.outcome(), equalTo(Outcome.HEALTHY));
        long generation = live().numberOr(0, "metadata", "generation");
        ReleaseRecord second = run(request(MANIFESTS));
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(second.objects().stream().map(ObjectChange::change).toList(), everyItem(is(Change.UNCHANGED)));
        assertThat(live().numberOr(0, "metadata", "generation"), equalTo(generation));
        ReleaseRecord third = run(request(MANIFESTS.replace("VERSION: \"1\"", "VERSION: \"2\"")));
        assertThat(third.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(live().numberOr(0, "metadata", "generation"), equalTo(generation + 1));
        assertThat(ReleaseRecord.fromJson(third.toJson()).objects(), equalTo(third.objects()));
    }

    @Test
    public void imageOfOneWorkloadAlone() throws InterruptedException {
        run(request(MANIFESTS));
        String pinned = Testbed.pinned("base/web", "1");
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace(NAMESPACE.name())
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse(pinned)))
                .build();
        ReleaseRecord record = run(request);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.images(), hasSize(1));
        assertThat(live().numberOr(0, "spec", "replicas"), equalTo(2L));
        assertThat(live().child("spec", "template").toMap().toString(), containsString(pinned));
        assertThat(run(request).objects().get(0).change(), equalTo(Change.UNCHANGED));
    }

    @Test
    public void dryRunTellsDifferencesAndChangesNothing() throws InterruptedException {
        run(request(MANIFESTS));
        KubeObject before = live();
        sink.clear();
        ReleaseRecord record = run(builder(MANIFESTS.replace("replicas: 2", "replicas: 1"))
                .dryRun(true)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(sink.lines(), hasItem(containsString("-  replicas: 2")));
        assertThat(live().child("spec"), equalTo(before.child("spec")));
    }

    @Test
    public void mendedLegacyFolderIsReleasedOnThisVersion() throws InterruptedException, IOException {
        List<ManifestSource> sources = new ArrayList<>();
        for (String file : List.of("deployment", "log-rule-definition", "log-rule", "registry-login", "service")) {
            String path = "/manifests/legacy-mended/" + file + ".yaml";
            String text = new String(getClass().getResourceAsStream(path).readAllBytes(), StandardCharsets.UTF_8);
            sources.add(new ManifestSource(file + ".yaml", text));
        }
        ReleaseRecord record = run(ReleaseRequest.builder()
                .namespace(NAMESPACE.absent())
                .createNamespace(true)
                .awaitHealthy(false)
                .manifests(sources)
                .build());
        OwnNamespace.delete(NAMESPACE.absent());
        assertThat(record.problem().map(Problem::sentence).orElse(""), record.outcome(), equalTo(Outcome.APPLIED));
    }

    @Test
    public void resumesFromItsToken() throws InterruptedException {
        BlockingQueue<ReleaseRecord> ended = new LinkedBlockingQueue<>();
        BlockingQueue<WatchToken> tokens = new LinkedBlockingQueue<>();
        Cancellable running = ReleaseRun.start(request(MANIFESTS), tools(), tokens::add, ended::add);
        assertThat(tokens.poll(60, TimeUnit.SECONDS).isApplied(), is(false));
        String text = tokens.poll(60, TimeUnit.SECONDS).encode();
        running.cancel();
        assertThat(ended.poll(60, TimeUnit.SECONDS).outcome(), equalTo(Outcome.CANCELLED));
        ReleaseRun.resume(WatchToken.decode(text), tools(), tokens::add, ended::add);
        ReleaseRecord record = ended.poll(120, TimeUnit.SECONDS);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.objects(), hasSize(3));
    }
}
