package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseRequest;
import io.jenkins.plugins.k8srollout.engine.model.WorkloadRef;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** The return to a kept release. */
public class ReleaseReturnTest extends ReleaseRunFixture {
    private static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");
    private static final String SECOND = MANIFESTS.replace("web:1", "web:2").replace("blue", "green");
    private static final String EXTRA =
            "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {a: b}}\n";
    private static final String LOGIN =
            "---\n{apiVersion: v1, kind: Secret, metadata: {name: login}, data: {password: VALUE}}\n";

    @Test
    public void podsAndConfigurationReturn() {
        release(MANIFESTS);
        String image = image();
        var template = live().child("spec", "template");
        release(SECOND);
        ReleaseReturn found = find(Optional.empty());
        assertThat(found.toString(), equalTo("release 1 of web"));
        ReleaseRecord record = run(found.request().build());
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(image(), equalTo(image));
        assertThat("the hash of the configuration, too", live().child("spec", "template"), equalTo(template));
        assertThat(cluster.get(SETTINGS).orElseThrow().strings("data"), equalTo(Map.of("colour", "blue")));
        assertThat(record.entry().number(), equalTo(3L));
        assertThat(record.entry().returnsTo(), equalTo(1L));
        assertThat(record.changeCause(), equalTo("rollback to release 1"));
        assertThat("it can be returned from", find(Optional.empty()).target().number(), equalTo(2L));
    }

    @Test
    public void imagesOfAWorkloadThatOthersHaveMadeReturn() {
        cluster.put(FakeObjects.parse(MANIFESTS.substring(0, MANIFESTS.indexOf("---")))
                .with("shop", "metadata", "namespace"));
        for (String tag : List.of("2", "3")) {
            ReleaseRecord record = run(ReleaseRequest.builder()
                    .namespace("shop")
                    .workload(WorkloadRef.parse("deployment/web"))
                    .images(Map.of("web", ImageReference.parse("registry.example.com/shop/web:" + tag)))
                    .build());
            assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        }
        ReleaseRecord record = run(find(Optional.of(1L)).request().build());
        assertThat(record.outcome(), equalTo(Outcome.HEALTHY));
        assertThat(image(), containsString("web:2"));
        assertThat(record.entry().returnsTo(), equalTo(1L));
    }

    @Test
    public void anyTextOfAConfigMapReturnsAsItWas() {
        String odd = "tab\\t, bell \\u0007, next line \\u0085, emoji \\U0001F600, 'quote', ${VAR}, trailing \\n\\n";
        release(MANIFESTS.replace("colour: blue", "colour: \"" + odd + "\", number: \"0123\", yes: \"no\""));
        var before = cluster.get(SETTINGS).orElseThrow().strings("data");
        release(SECOND);
        run(find(Optional.of(1L)).request().build());
        assertThat(cluster.get(SETTINGS).orElseThrow().strings("data"), equalTo(before));
    }

    @Test
    public void failedReleasesAreSkipped() {
        release(MANIFESTS);
        release(MANIFESTS.replace("web:1", "web:absent"));
        release(MANIFESTS.replace("web:1", "web:gone-absent"));
        assertThat(find(Optional.empty()).target().number(), equalTo(1L));
    }

    @Test
    public void whatLaterReleasesHaveBroughtIsNamed() {
        release(MANIFESTS);
        release(SECOND + EXTRA);
        ReleaseReturn found = find(Optional.of(1L));
        assertThat(
                found.notices(),
                hasItem("Later releases have brought what release 1 of web did not have; it stays as it is:"
                        + " ConfigMap/shop/extra"));
        run(found.request().build());
        assertThat(
                cluster.get(new ObjectRef("v1", "ConfigMap", "shop", "extra")).isPresent(), equalTo(true));
    }

    @Test
    public void openReleaseIsNamed() {
        release(MANIFESTS);
        var slow = start(builder(MANIFESTS.replace("web:1", "web:slow")).build());
        assertThat(find(Optional.empty()).notices(), hasItem(containsString("release 2 of web has no end")));
        slow.cancel();
    }

    @Test
    public void dryRunShowsTheDifferenceWithoutSecrets() {
        release(MANIFESTS + LOGIN.replace("VALUE", "aHVzaC1odXNo"));
        release(SECOND + LOGIN.replace("VALUE", "b3RoZXI="));
        sink.clear();
        int before = changes().size();
        ReleaseRecord record = run(find(Optional.empty()).request().dryRun(true).build());
        assertThat(record.outcome(), equalTo(Outcome.DRY_RUN));
        assertThat(changes().size(), equalTo(before));
        String told = String.join("\n", sink.lines());
        assertThat(told, allOf(containsString("-  colour: green"), containsString("+  colour: blue")));
        assertThat(told, allOf(containsString("+  password: \"*** (after)\""), not(containsString("aHVz"))));
    }

    @Test
    public void whatIsNotThereIsRefusedWithWhatIs() {
        assertThat(refusal(Optional.empty(), Optional.empty()), containsString("no release is kept there"));
        release(MANIFESTS);
        assertThat(
                refusal(Optional.of("web"), Optional.empty()),
                allOf(containsString("no release before the newest was healthy"), containsString("Valid: 1")));
        assertThat(refusal(Optional.empty(), Optional.of(9L)), containsString("Valid: 1"));
        run(builder(MANIFESTS).history("other").build());
        ReleaseException several = assertThrows(ReleaseException.class, () -> find(Optional.empty()));
        assertThat(several.problem().kind(), equalTo(Problem.Kind.REFUSED_INPUT));
        assertThat(several.problem().validValues(), equalTo(List.of("other", "web")));
    }

    @Test
    public void releaseWithoutManifestsCannotBeReturnedTo() {
        release(MANIFESTS);
        ObjectRef ref = StoredReleaseText.ref("shop", "web", 1);
        cluster.put(cluster.get(ref).orElseThrow().without("data", "manifests"));
        release(SECOND);
        assertThat(
                refusal(Optional.empty(), Optional.of(1L)),
                allOf(containsString("its manifests were too large to be kept"), containsString("Valid: 2")));
    }

    @Test
    public void damagedReleaseHidesNoOther() {
        release(MANIFESTS);
        ObjectRef ref = StoredReleaseText.ref("shop", "web", 1);
        release(SECOND);
        release(MANIFESTS);
        cluster.put(cluster.get(ref).orElseThrow().with("bm90IHBhY2tlZA==", "data", "manifests"));
        assertThat(find(Optional.empty()).target().number(), equalTo(2L));
    }

    private ReleaseReturn find(Optional<Long> number) {
        return ReleaseReturn.find(cluster, "shop", Optional.empty(), number);
    }

    private String refusal(Optional<String> history, Optional<Long> number) {
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> ReleaseReturn.find(cluster, "shop", history, number));
        assertThat(e.problem().kind(), equalTo(Problem.Kind.NOT_FOUND));
        return e.problem().sentence();
    }
}
