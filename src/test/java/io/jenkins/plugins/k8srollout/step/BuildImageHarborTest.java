package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Result;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.testutil.FakeHarbor;
import java.util.List;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code buildImage} in a sandboxed Pipeline, with a Harbor in memory. */
public class BuildImageHarborTest {
    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    private final FakeHarbor harbor = new FakeHarbor().scans(0, "Success").project("shop", false);

    @Before
    public void configure() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "robot", "", FakeHarbor.USER, FakeHarbor.PASSWORD));
        RegistryTarget target = new RegistryTarget("harbor", harbor.authority());
        target.setCredentialsId("robot");
        target.setPlainHttp(true);
        KubernetesRolloutConfiguration.get().setRegistries(List.of(target));
    }

    @After
    public void keepsToTheContract() {
        assertThat(harbor.violations(), empty());
        harbor.close();
    }

    private WorkflowRun run(Result result) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "web");
        job.setDefinition(new CpsFlowDefinition("""
                node {
                  writeFile file: 'Dockerfile', text: 'FROM scratch\\nENV A=1\\n'
                  def image = buildImage image: '%s/shop/web', tags: ['v7'], scan: 'high', keepTags: 1,
                                         artifactLabels: ["build ${BUILD_NUMBER}"]
                  echo "scan: ${image.scan.counts} ${image.scan.total} ${image.scan.findings[0].id} ${image.deletedTags}"
                }
                """.formatted(harbor.authority()), true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }

    @Test
    public void theResultTellsWhatHarborHasDone() throws Exception {
        harbor.finding("CVE-1", "Low", "zlib", "1.0", "1.1")
                .image("shop/web", "sha256:" + "a".repeat(64), "v1", "2026-01-01T00:00:00Z", "owner: web")
                .image("shop/web", "sha256:" + "b".repeat(64), "v2", "2026-01-02T00:00:00Z", "owner: web");
        WorkflowRun build = run(Result.SUCCESS);
        jenkins.assertLogContains("scan: [low:1] 1 CVE-1 [v1]", build);
        jenkins.assertLogContains("deleted old tags of shop/web: v1", build);
        assertThat(harbor.tags("shop/web"), contains("v2"));
        ReleaseSummary summary =
                build.getAction(ReleaseAction.class).getEntries().get(0).getSummary();
        assertThat(summary.getScans().get(0).getCounts(), is("1 low"));
        assertThat(harbor.labels("shop/web", summary.getBuilt().get(0).getDigest()), hasItem("build 1"));
    }

    @Test
    public void findingsFailTheStepAndAreOnThePage() throws Exception {
        harbor.finding("CVE-2", "Critical", "xz", "5.6.0", "5.6.2");
        WorkflowRun build = run(Result.FAILURE);
        jenkins.assertLogContains("SEVERITY FINDING PACKAGE VERSION FIXED IN", build);
        jenkins.assertLogContains("critical CVE-2 xz 5.6.0, fixed in 5.6.2", build);
        jenkins.assertLogContains("The image has been pushed", build);
        HtmlPage page = jenkins.createWebClient()
                .goTo(build.getUrl() + build.getAction(ReleaseAction.class).getUrlName() + "/");
        assertThat(page.asNormalizedText(), containsString("CVE-2"));
        assertThat(page.asNormalizedText(), containsString("5.6.2"));
    }
}
