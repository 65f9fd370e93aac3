package io.jenkins.plugins.k8srollout.engine.harbor;

import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.DIGEST;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.REPOSITORY;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.WEB;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import java.time.Duration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Scans by digest: begun, followed, judged. */
public class ScanGateTest {
    private static final String VULNERABILITIES =
            "GET /api/v2.0/projects/shop/repositories/team%2Fweb/artifacts/" + DIGEST + "/additions/vulnerabilities";

    @Rule
    public final HarborFixture it = new HarborFixture();

    @Before
    public void image() {
        it.harbor.image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00Z", "");
    }

    private ScanResult scan(String threshold) {
        return new ScanGate(it.client, it.scheduler)
                .scan(WEB, DIGEST, VulnerabilitySeverity.threshold(threshold), Duration.ofMinutes(10));
    }

    @Test
    public void anImageWithoutFindingsPasses() {
        ScanResult result = scan("low");
        assertThat(result.passed(), is(true));
        assertThat(result.countsText(), equalTo("none"));
        assertThat(result.scanner(), equalTo("Trivy v0.58.0"));
        assertThat(it.harbor.scans(REPOSITORY, DIGEST.toString()), is(1));
    }

    @Test
    public void findingsFromTheThresholdOnCount() {
        it.harbor
                .finding("CVE-3", "Low", "bash", "5.0", "")
                .finding("CVE-2", "High", "zlib", "1.0", "")
                .finding("CVE-1", "High", "openssl", "3.0", "3.1")
                .finding("CVE-4", "Critical", "xz", "5.6.0", "");
        ScanResult result = scan("high");
        assertThat(result.blocking(), is(3));
        assertThat(result.countsText(), equalTo("1 critical, 2 high, 1 low"));
        assertThat(
                result.findings().stream().map(Vulnerability::id).toList(),
                contains("CVE-4", "CVE-1", "CVE-2", "CVE-3"));
        assertThat(result.image(), equalTo(it.harbor.authority() + "/" + REPOSITORY + "@" + DIGEST));
        assertThat(scan("critical").blocking(), is(1));
    }

    @Test
    public void aResultOfTodayIsTaken() {
        it.harbor.scanned(REPOSITORY, DIGEST.toString(), "2025-12-31T12:00:00.000Z");
        scan("high");
        assertThat(it.harbor.scans(REPOSITORY, DIGEST.toString()), is(1));
    }

    @Test
    public void anOldResultIsRenewed() {
        it.harbor.scanned(REPOSITORY, DIGEST.toString(), "2025-12-30T12:00:00.000Z");
        scan("high");
        assertThat(it.harbor.scans(REPOSITORY, DIGEST.toString()), is(2));
    }

    @Test
    public void aReportThatComesLaterThanItsScanIsWaitedFor() {
        it.harbor.finding("CVE-1", "High", "zlib", "1.0", "1.1");
        it.harbor.server().on(VULNERABILITIES, Reply.status(200).json("{}"));
        it.harbor
                .server()
                .on(VULNERABILITIES, Reply.status(200).json("{\"application/x\": {\"vulnerabilities\": []}}"));
        assertThat(scan("high").blocking(), is(1));
    }

    @Test
    public void whatTheReportLeavesOutIsCountedByTheSummary() {
        it.harbor.finding("CVE-1", "Critical", "zlib", "1.0", "1.1");
        it.harbor.server().on(VULNERABILITIES, Reply.status(200).json("""
                {"application/x": {"vulnerabilities": [{"id": "CVE-9", "severity": "Low"}]}}"""));
        ScanResult result = scan("high");
        assertThat(result.blocking(), is(1));
        assertThat(result.countsText(), equalTo("1 critical, 1 low"));
    }

    @Test
    public void whatSomebodyHasAcceptedDoesNotCount() {
        it.harbor
                .finding("CVE-1", "Critical", "zlib", "1.0", "")
                .finding("CVE-1", "Critical", "zlib-dev", "1.0", "")
                .finding("CVE-2", "High", "xz", "5.6.0", "")
                .finding("CVE-3", "Low", "bash", "5.0", "")
                .accepts(true, 0, "CVE-1", "CVE-3", "CVE-9");
        ScanResult result = scan("high");
        assertThat(result.blocking(), is(1));
        assertThat(result.accepted(), contains("CVE-1"));
        assertThat(result.findings().get(0).id(), equalTo("CVE-2"));
        assertThat(result.countsText(), equalTo("2 critical, 1 high, 1 low"));
        assertThat(result.blockingFindings().size(), is(1));

        it.harbor.accepts(false, 0, "CVE-1", "CVE-2");
        assertThat(scan("high").passed(), is(true));
    }

    @Test
    public void anExpiredListOrOneThatCannotBeReadAcceptsNothing() {
        it.harbor.finding("CVE-1", "Critical", "zlib", "1.0", "");
        it.harbor.accepts(true, it.scheduler.now().getEpochSecond(), "CVE-1");
        assertThat(scan("high").blocking(), is(1));
        it.harbor.accepts(true, 0, "CVE-1").hideProjects();
        assertThat(scan("high").blocking(), is(1));
    }

    @Test
    public void aScannerThatFailsIsAskedThreeTimes() {
        it.harbor.scans(1, "Error");
        Problem problem = problem(() -> scan("high"));
        assertThat(problem.kind(), is(Problem.Kind.FAILED));
        assertThat(problem.reason(), containsString("failed 3 times"));
        assertThat(it.harbor.scans(REPOSITORY, DIGEST.toString()), is(3));
    }

    @Test
    public void aScanWithoutEndTimesOut() {
        it.harbor.scans(Integer.MAX_VALUE, "Success");
        Problem problem = problem(() -> scan("high"));
        assertThat(problem.kind(), is(Problem.Kind.TIMED_OUT));
        assertThat(problem.reason(), containsString("no result after 600 s (40 % done)"));
        // 1, 2, 4, then every 5 seconds
        assertThat(it.scheduler.delays().size(), lessThanOrEqualTo(125));
    }

    @Test
    public void aStatusOfTheFutureIsNoEnd() {
        it.harbor.scans(0, "Pondering");
        assertThat(problem(() -> scan("high")).kind(), is(Problem.Kind.TIMED_OUT));
    }

    @Test
    public void anImageThatIsNotThereIsNotWaitedFor() {
        Problem problem = problem(() -> new ScanGate(it.client, it.scheduler)
                .scan(WEB, HarborFixture.digest("other"), VulnerabilitySeverity.HIGH, Duration.ofMinutes(10)));
        assertThat(problem.kind(), is(Problem.Kind.NOT_FOUND));
    }
}
