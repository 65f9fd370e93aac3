package io.jenkins.plugins.k8srollout.engine.harbor;

import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.DIGEST;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.REPOSITORY;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.WEB;
import static io.jenkins.plugins.k8srollout.engine.harbor.HarborFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** What is said to Harbor and read of its answers, held to the recorded contract. */
public class HarborContractTest {
    @Rule
    public final HarborFixture it = new HarborFixture();

    @After
    public void nothingIsOutsideOfTheContract() {
        assertThat(it.harbor.violations(), empty());
    }

    @Test
    public void everyOperationOfTheContractIsInUse() {
        it.harbor
                .systemRights(List.of("project:create"))
                .image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00.000Z", "owner: shop")
                .finding("CVE-1", "High", "zlib", "1.0", "1.1");
        HarborReport.of(it.client);
        it.client.createProject("other", true, true);
        it.client.quota(it.shop());
        it.client.immutableRules(it.shop());
        it.client.label(it.shop(), WEB, DIGEST.toString(), "build 7");
        it.client.scan(WEB, DIGEST.toString());
        it.client.artifact(WEB, DIGEST.toString());
        it.client.findings(WEB, DIGEST.toString());
        it.client.acceptedVulnerabilities("shop", it.scheduler.now());
        it.client.artifacts(WEB);
        it.client.deleteTag(WEB, DIGEST.toString(), "v1");
        it.harbor.hideProjects();
        it.client.project("shop");

        assertThat(it.harbor.used(), equalTo(new TreeSet<>(it.harbor.contract().names())));
    }

    @Test
    public void everyRequestCarriesTheLoginAndNoSession() {
        it.harbor.systemRights(List.of("project:create"));
        it.client.info();
        it.client.project("shop");
        it.client.createProject("shop", true, false);
        // The fake hands out a session cookie with each answer; that none comes back is one of its checks.
        List<Seen> requests = it.harbor.server().requests();
        assertThat(requests, hasSize(3));
        assertThat(
                requests.stream().map(seen -> seen.header("Authorization")).toList(), everyItem(startsWith("Basic ")));
    }

    @Test
    public void slashesOfARepositoryAreEncodedTwice() {
        it.harbor.image(REPOSITORY, DIGEST.toString(), "v1", "2026-01-01T00:00:00.000Z", "");
        assertThat(it.client.artifact(WEB, DIGEST.toString()).isPresent(), is(true));
        assertThat(
                it.harbor.server().lines(),
                contains("GET /api/v2.0/projects/shop/repositories/team%2Fweb/artifacts/" + DIGEST));
        assertThat(HarborRepository.of(ImageReference.parse("harbor.example.com/shop/team/web:1")), equalTo(WEB));
        assertThat(
                problem(() -> HarborRepository.of(ImageReference.parse("harbor.example.com/web")))
                        .remedy(),
                containsString("host/project/repository"));
    }

    @Test
    public void aProjectThatCannotBeReadIsFoundInTheList() {
        for (int i = 0; i < 150; i++) {
            it.harbor.project("shop-" + i, false);
        }
        it.harbor.hideProjects();
        assertThat(it.client.project("shop").orElseThrow().id(), is(1L));
        assertThat(it.client.project("shop-149").orElseThrow().id(), is(151L));
        assertThat(it.client.project("absent"), equalTo(Optional.empty()));
    }

    @Test
    public void listsAreReadToTheirEnd() {
        for (int i = 0; i < 250; i++) {
            it.harbor.image(REPOSITORY, HarborFixture.digest("i" + i).toString(), "v" + i, "2026-01-01T00:00:00Z", "");
        }
        assertThat(it.client.artifacts(WEB), hasSize(250));
        assertThat(it.harbor.server().requests(), hasSize(3));
    }

    @Test
    public void aReportSaysWhatALoginCanDo() {
        it.harbor
                .rights(List.of("repository:pull", "repository:push", "label:list"))
                .project("base", true, true);
        HarborReport report = HarborReport.of(it.client).orElseThrow();
        assertThat(report.info().version(), equalTo("v2.12.1-0f2e3d4c"));
        assertThat(report.health().healthy(), is(true));
        assertThat(report.mayCreateProjects(), is(false));
        assertThat(report.projects(), hasSize(2));
        HarborReport.InProject shop = report.projects().get(0);
        assertThat(shop.possible(), contains(HarborReport.Work.BUILD));
        assertThat(shop.missing(HarborReport.Work.LABEL), contains(HarborRight.CREATE_LABEL, HarborRight.ATTACH_LABEL));
    }

    @Test
    public void robotsDoNotCreateProjectsOnlyBecausePeopleMay() {
        it.harbor.everybodyCreatesProjects();
        assertThat(HarborReport.of(it.client).orElseThrow().mayCreateProjects(), is(false));
        it.harbor.systemRights(List.of("project:create"));
        assertThat(HarborReport.of(it.client).orElseThrow().mayCreateProjects(), is(true));
    }

    @Test
    public void aWrongPasswordIsSeenAlthoughHarborAnswersStrangers() {
        HarborClient stranger = it.client(RegistryCredentials.password("robot$ci", "wrong"));
        Problem problem = problem(() -> HarborReport.of(stranger));
        assertThat(problem.kind(), is(Problem.Kind.NOT_PERMITTED));
        assertThat(problem.reason(), containsString("Harbor refused user 'robot$ci': it answered 401 UNAUTHORIZED"));
        assertThat(problem.remedy(), containsString("expired"));
    }

    @Test
    public void withoutALoginTheReportIsShort() {
        HarborReport report =
                HarborReport.of(it.client(RegistryCredentials.anonymous())).orElseThrow();
        assertThat(report.info().version(), equalTo(""));
        assertThat(report.projects(), empty());
    }

    @Test
    public void severitiesThatNobodyKnowsCountAsTheWorst() {
        assertThat(VulnerabilitySeverity.ofScanner("Apocalyptic"), is(VulnerabilitySeverity.CRITICAL));
        assertThat(VulnerabilitySeverity.ofScanner("high"), is(VulnerabilitySeverity.HIGH));
        assertThat(VulnerabilitySeverity.ofScanner(""), is(VulnerabilitySeverity.UNKNOWN));
        assertThat(
                problem(() -> VulnerabilitySeverity.threshold("bad")).sentence(),
                allOf(containsString("bad"), containsString("negligible, low, medium, high, critical")));
    }
}
