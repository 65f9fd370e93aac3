package io.jenkins.plugins.k8srollout.engine.event;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.Test;

public class ReleaseSummaryTest {
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private static final ObjectRef POD = new ObjectRef("v1", "Pod", "shop", "web-1");

    private final SummaryFold fold = new SummaryFold(text -> text.replace("hunter2", "****"));

    @Test
    public void everyEventIsFolded() throws Exception {
        for (Class<?> type : ProgressEvent.class.getPermittedSubclasses()) {
            fold.fold(new ReleaseSummary(), SampleEvents.of(type));
        }
    }

    @Test
    public void stagesTellHowTheyEnded() {
        ReleaseSummary summary = folded(
                new ProgressEvent.StageStarted("Plan", ""),
                new ProgressEvent.StageFinished("Plan", true, Duration.ofMillis(420)),
                new ProgressEvent.StageStarted("Apply", "2 objects"),
                new ProgressEvent.StageFinished("Apply", false, Duration.ofSeconds(12)),
                new ProgressEvent.StageStarted("Roll back", ""));

        assertThat(summary.getState(), is(State.RUNNING));
        assertThat(stages(summary), contains("Plan SUCCESS 0.4 s", "Apply FAILURE 12 s", "Roll back RUNNING "));
        assertThat(summary.getStages().get(1).getDetail(), is("2 objects"));
    }

    @Test
    public void anEndEndsTheStageThatRuns() {
        ReleaseSummary running = folded(new ProgressEvent.StageStarted("Wait for health", ""));

        ReleaseSummary ended = fold.end(running, State.ABORTED, "cancelled", "Somebody ended it; login hunter2");

        assertThat(stages(ended), contains("Wait for health ABORTED "));
        assertThat(ended.getReason(), is("Somebody ended it; login ****"));
        assertThat("the summary before stays as it was", stages(running), contains("Wait for health RUNNING "));
    }

    @Test
    public void healthIsTheLastWordOfEachObject() {
        ReleaseSummary summary = folded(
                new ProgressEvent.HealthChanged(WEB, Health.State.PROGRESSING, "0 of 2 pods available"),
                new ProgressEvent.HealthChanged(POD, Health.State.HEALTHY, "ready"),
                new ProgressEvent.HealthChanged(WEB, Health.State.HEALTHY, "2 of 2 pods available"));

        assertThat(
                summary.getHealth().stream()
                        .map(l -> l.getObject() + " " + l.getWhat() + " " + l.getText())
                        .toList(),
                contains("Deployment/shop/web healthy 2 of 2 pods available", "Pod/shop/web-1 healthy ready"));
    }

    @Test
    public void theDecisiveCauseIsNotTheWaitBefore() {
        ReleaseSummary summary = folded(
                new ProgressEvent.CauseSeen(
                        new Health.Cause(Health.Weight.WAITING, "NodeScaleUp", POD, "", "a node is made", "")),
                new ProgressEvent.CauseSeen(new Health.Cause(
                        Health.Weight.FATAL, "ImagePullBackOff", POD, "web", "no such tag", "Push it")));

        assertThat(summary.decisiveCause().orElseThrow().getCode(), is("ImagePullBackOff"));
        assertThat(summary.decisiveCause().orElseThrow().getRemedy(), is("Push it"));
    }

    @Test
    public void whatAContainerWroteIsMasked() {
        ReleaseSummary summary = folded(
                new ProgressEvent.LogExcerpt(POD, "web", true, List.of("connecting", "password hunter2 refused")));

        assertThat(summary.getLogs().get(0).getText(), is("connecting\npassword **** refused"));
    }

    @Test
    public void changesAndImagesAreKept() {
        ReleaseSummary summary = folded(
                new ProgressEvent.Applied(WEB, Change.CHANGED, false, "-a\n+b\n"),
                new ProgressEvent.Applied(POD, Change.UNCHANGED, false, ""),
                new ProgressEvent.RollingBack(WEB, "revision 1"),
                new ProgressEvent.ImageReady(List.of("shop/web:v1"), ImageDigest.of(new byte[0]), 12_345_678, 0),
                new ProgressEvent.Checked(new Finding(
                        Finding.Severity.WARNING,
                        "latest-tag",
                        "deploy/web.yaml",
                        1,
                        7,
                        "Deployment/web",
                        "bad",
                        "v1")));

        assertThat(summary.getChangedObjects(), is(1L));
        assertThat(summary.getObjects().get(0).getText(), is("-a\n+b\n"));
        assertThat(summary.getBuilt().get(0).getSizeText(), is("12.3 MB"));
        assertThat(summary.getRemarks().get(0).getPlace(), is("deploy/web.yaml:7"));
    }

    @Test
    public void scansAreKeptWithTheirWorstFindings() {
        List<Vulnerability> found = Collections.nCopies(
                1_000,
                new Vulnerability("CVE-1", VulnerabilitySeverity.HIGH, "zlib", "1.0", "", "javascript:alert(1)"));
        ReleaseSummary summary = folded(new ProgressEvent.Scanned(new ScanResult(
                "shop/web@sha256:1",
                "Trivy",
                VulnerabilitySeverity.HIGH,
                Map.of(VulnerabilitySeverity.HIGH, 1_000),
                1_000,
                found)));

        assertThat(summary.getScans().get(0).getCounts(), is("1000 high"));
        assertThat(summary.getScans().get(0).getBlocking(), is(1_000));
        assertThat(summary.getVulnerabilities().size(), is(SummaryFold.ENTRIES));
        assertThat(summary.getVulnerabilities().get(0).getLink(), is(""));
    }

    @Test
    public void itStaysSmallWhateverHappens() {
        String huge = "x".repeat(1_000_000);
        ReleaseSummary summary = new ReleaseSummary();
        for (int i = 0; i < 500; i++) {
            ObjectRef object = new ObjectRef("v1", "ConfigMap", "shop", "c" + i);
            summary = fold.fold(summary, new ProgressEvent.Applied(object, Change.CHANGED, false, huge));
        }
        List<String> lines =
                IntStream.range(0, 5_000).mapToObj(i -> "line " + i).toList();
        summary = fold.fold(summary, new ProgressEvent.LogExcerpt(POD, "web", false, lines));
        summary = fold.fold(summary, new ProgressEvent.LogExcerpt(POD, "web", false, Collections.nCopies(5_000, huge)));

        assertThat(summary.getObjects(), hasSize(SummaryFold.ENTRIES));
        assertThat(summary.getOmitted(), is(300));
        int diffs = summary.getObjects().stream()
                .mapToInt(o -> o.getText().length())
                .sum();
        assertThat(diffs, lessThan(SummaryFold.ALL_DIFFS + SummaryFold.ENTRIES * 2 + 1));
        assertThat(summary.getLogs().get(0).getText(), endsWith("line 4999"));
        assertThat(summary.getLogs().get(1).getText().length(), lessThan(SummaryFold.LOG_LINES * 2_010));
    }

    @Test
    public void numbersOfTheTransferAreTheLogsAlone() {
        ReleaseSummary summary = folded(new ProgressEvent.BuilderOutput("STEP 1"));

        assertThat(summary.getRemarks(), is(empty()));
        assertThat(summary.getOmitted(), is(0));
    }

    private ReleaseSummary folded(ProgressEvent... events) {
        ReleaseSummary summary = new ReleaseSummary();
        for (ProgressEvent event : events) {
            summary = fold.fold(summary, event);
        }
        return summary;
    }

    private static List<String> stages(ReleaseSummary summary) {
        return summary.getStages().stream()
                .map(s -> s.getName() + " " + s.getState() + " " + s.getTook())
                .toList();
    }
}
