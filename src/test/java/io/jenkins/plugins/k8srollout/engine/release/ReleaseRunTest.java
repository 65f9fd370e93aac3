package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.ObjectChange;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken.Phase;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Whole releases that go well. */
public class ReleaseRunTest extends ReleaseRunFixture {
    @Test
    public void asksAppliesInOrderAndWaits() {
        ReleaseRecord record = release(MANIFESTS);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                record.objects(),
                contains(
                        new ObjectChange(new ObjectRef("v1", "ConfigMap", "shop", "settings"), Change.CREATED),
                        new ObjectChange(WEB, Change.CREATED)));
        assertThat(record.configHashes().keySet(), contains(WEB));
        assertThat(
                record.stages().stream().map(ReleaseRecord.Stage::name).toList(),
                contains("Plan", "Ask the server", "Apply", "Wait for health"));
        assertThat(
                "saved before the first change and after the last",
                saved.stream().map(WatchToken::phase).toList(),
                contains(Phase.APPLYING, Phase.RELEASE));
        List<String> calls = cluster.calls();
        assertThat(
                calls.indexOf("dry-run Deployment/shop/web") < calls.indexOf("apply ConfigMap/shop/settings"),
                is(true));
    }

    @Test
    public void secondReleaseChangesNothing() {
        release(MANIFESTS);
        KubeObject before = live();
        ReleaseRecord second = release(MANIFESTS);
        assertThat(second.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                second.objects().stream().map(ObjectChange::change).distinct().toList(), contains(Change.UNCHANGED));
        assertThat(live(), equalTo(before));
    }

    @Test
    public void changedConfigurationIsANewRevision() {
        release(MANIFESTS);
        KubeObject before = live();
        release(MANIFESTS.replace("blue", "green"));
        assertThat(live().child("spec", "template"), not(equalTo(before.child("spec", "template"))));
    }

    @Test
    public void withoutWaitingItEndsOnceApplied() {
        ReleaseRecord record = run(builder(MANIFESTS.replace("web:1", "web:slow"))
                .awaitHealthy(false)
                .build());
        assertThat(record.outcome(), equalTo(Outcome.APPLIED));
    }

    @Test
    public void releaseOfNothingThatCanBeJudgedEndsWellAndSaysSo() {
        release("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: web}
                spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                """);
        assertThat("an address may come", records, empty());
        scheduler.advance(TargetState.GRACE);
        assertThat(last().outcome(), equalTo(Outcome.HEALTHY));
        assertThat(
                sink.lines(),
                hasItem("warning: Ingress/shop/web is applied; its health cannot be judged: "
                        + "no controller has published an address for it"));
    }

    @Test
    public void dryRunChangesNothingAndShowsNoSecret() {
        String secret =
                "\n---\n{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hush-hush}}";
        ReleaseRecord record = run(builder(MANIFESTS + secret).dryRun(true).build());
        assertThat(record.outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(record.objects(), hasSize(3));
        assertThat(cluster.get(WEB).isPresent(), is(false));
        assertThat(String.join("\n", sink.lines()), not(containsString("hush-hush")));
    }

    @Test
    public void onlyTheImagesOfAWorkload() {
        release(MANIFESTS);
        ReleaseRequest request = ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .build();
        ReleaseRecord record = run(request);
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(record.images().get(0).to(), equalTo("registry.example.com/shop/web:2"));
        assertThat(
                live().text("spec", "template", "spec", "containers", 0, "image")
                        .orElseThrow(),
                containsString("web:2"));
        assertThat(live().has("spec", "template", "spec", "containers", 0, "envFrom"), is(true));
    }

    @Test
    public void changeCauseIsWrittenWhereOnlyImagesChange() {
        release(MANIFESTS);
        run(ReleaseRequest.builder()
                .namespace("shop")
                .workload(WorkloadRef.parse("deployment/web"))
                .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:2")))
                .changeCause("build 7")
                .build());
        assertThat(live().annotations().get("kubernetes.io/change-cause"), equalTo("build 7"));
    }

    @Test
    public void anotherChangeCauseReplacesNoPod() {
        run(builder(MANIFESTS).changeCause("build 7").build());
        KubeObject before = live();
        run(builder(MANIFESTS).changeCause("build 8").build());
        assertThat(live().annotations().get("kubernetes.io/change-cause"), equalTo("build 8"));
        assertThat(live().child("spec", "template"), equalTo(before.child("spec", "template")));
        assertThat(saved.get(saved.size() - 1).previous().keySet(), empty());
    }

    @Test
    public void unknownContainerIsRefusedWithThoseThatExist() {
        release(MANIFESTS);
        ReleaseRequest.Builder builder = ReleaseRequest.builder()
                .namespace("shop")
                .images(Map.of("app", ImageReference.parse("registry.example.com/other:2")));
        ReleaseRecord record =
                run(builder.workload(WorkloadRef.parse("deployment/web")).build());
        assertThat(sentence(record), containsString("Valid: web"));
        record = run(builder.workload(WorkloadRef.parse("deployment/wob")).build());
        assertThat(record.problem().orElseThrow().kind(), equalTo(Problem.Kind.NOT_FOUND));
    }
}
