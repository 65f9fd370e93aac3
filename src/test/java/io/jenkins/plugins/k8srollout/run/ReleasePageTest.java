package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.console.ConsoleLogFilter;
import hudson.console.LineTransformationOutputStream;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.ScanResult;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The build page and the job page show what the log has told, and take no names for markup. */
public class ReleasePageTest {
    private static final String HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'${jndi}";

    private static final String RECORD = """
            {"id": "shop-1", "namespace": "shop", "cluster": "https://prod.example.com", "outcome": "rolled-back",
             "started": "2026-01-02T03:04:05Z", "finished": "2026-01-02T03:05:06Z", "history": "shop-web",
             "number": 1234}
            """;

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Test
    public void showsTheRelease() throws Exception {
        FreeStyleBuild build = released("web");

        HtmlPage page = open(build.getUrl() + ReleaseAction.URL + "/");

        String text = page.getElementById("main-panel").getTextContent();
        for (String expected : List.of(
                "Rollout",
                "web",
                "Cluster prod",
                "Namespace shop",
                "Release 1234 of shop-web",
                "rolled-back",
                "Could not get a healthy release",
                "Plan",
                "0.4 s",
                "ImagePullBackOff",
                "Push it",
                "3 of 3 pods",
                "web.yaml:7",
                "+replicas: 2",
                "last words",
                "Objects changed: 1")) {
            assertThat(text, containsString(expected));
        }
        assertThat(page.querySelectorAll(".k8srollout-diff--added"), hasSize(1));
    }

    @Test
    public void isLinkedFromTheBuildAndTheJob() throws Exception {
        FreeStyleBuild build = released("web");

        assertThat(open(build.getUrl()).asNormalizedText(), containsString("Rollout web: rolled-back"));
        assertThat(open(build.getParent().getUrl()).asNormalizedText(), containsString("Rollout web"));
        HtmlPage history = open(build.getParent().getUrl() + ReleaseAction.URL + "/");
        assertThat(history.querySelectorAll("#main-panel tbody tr"), hasSize(1));
        assertThat(history.querySelectorAll(".k8srollout-chart__bar--FAILURE"), hasSize(1));
        assertThat(
                history.querySelector(".k8srollout-chart title").getTextContent(),
                containsString("#1: Rollout web, rolled-back, "));
        history.getAnchorByText("#1").click();
    }

    @Test
    public void jobsAndBuildsWithoutReleasesShowNothing() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());

        assertThat(open(build.getUrl()).getWebResponse().getContentAsString(), not(containsString(ReleaseAction.URL)));
        assertThat(
                open(build.getParent().getUrl()).getWebResponse().getContentAsString(),
                not(containsString(ReleaseAction.URL)));
    }

    @Test
    public void takesNoNameForMarkup() throws Exception {
        FreeStyleBuild build = released(HOSTILE);

        for (String url : List.of(
                build.getUrl(),
                build.getUrl() + ReleaseAction.URL + "/",
                build.getParent().getUrl(),
                build.getParent().getUrl() + ReleaseAction.URL + "/")) {
            HtmlPage page = open(url);
            assertThat(url, page.asNormalizedText(), containsString("<script>alert(1)</script>"));
            assertThat(url, page.querySelectorAll("img[src=x]"), is(empty()));
            assertThat(url, inline(page), is(empty()));
        }
    }

    @Test
    public void survivesARestartAsPlainText() throws Exception {
        FreeStyleBuild build = released("web");

        jenkins.jenkins.reload();

        Run<?, ?> read = jenkins.jenkins
                .getItemByFullName(build.getParent().getFullName(), FreeStyleProject.class)
                .getBuildByNumber(1);
        ReleaseAction action = read.getAction(ReleaseAction.class);
        assertThat(action.getEntries(), hasSize(1));
        assertThat(action.getEntries().get(0).getSummary().getOutcome(), is("rolled-back"));
        assertThat(
                open(read.getUrl() + ReleaseAction.URL + "/").asNormalizedText(), containsString("ImagePullBackOff"));
        String file = Files.readString(read.getRootDir().toPath().resolve("build.xml"));
        assertThat("no class that XStream cannot read back", file, not(containsString("CollSer")));
    }

    @Test
    public void whatTheLogHidesIsHiddenHere() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        LogMask mask = new LogMask(build, new Stars());
        BuildLog log = new BuildLog(
                build, TaskListener.NULL, ReleaseAction.of(build).entry("1", ReleaseEntry.Kind.WAIT, ""), mask);

        log.accept(new ProgressEvent.LogExcerpt(pod("web"), "web", false, List.of("login hunter2", "bye")));
        log.end(State.FAILURE, "could not log in with hunter2");

        String file = Files.readString(build.getRootDir().toPath().resolve("build.xml"));
        assertThat(file, containsString("login ****"));
        assertThat(file, not(containsString("hunter2")));
    }

    @Test
    public void aBuildThatWasCutOffDoesNotSeemToRun() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        ReleaseAction action = ReleaseAction.of(build);
        ReleaseEntry entry = action.entry("1", ReleaseEntry.Kind.ROLLOUT, "web");

        assertThat(action.stateOf(entry), is(State.ABORTED));
    }

    private FreeStyleBuild released(String name) throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        ReleaseEntry entry = ReleaseAction.of(build).entry("1", ReleaseEntry.Kind.ROLLOUT, name);
        BuildLog log = new BuildLog(build, TaskListener.NULL, entry, text -> text);
        ObjectRef web = new ObjectRef("apps/v1", "Deployment", "shop", name);
        log.begin("prod", name.equals(HOSTILE) ? HOSTILE : "shop");
        entry.kept(ReleaseRecord.fromJson(RECORD));
        log.accept(new ProgressEvent.StageStarted("Plan", name));
        log.accept(new ProgressEvent.StageFinished("Plan", true, Duration.ofMillis(420)));
        log.accept(new ProgressEvent.Checked(
                new Finding(Finding.Severity.WARNING, "latest-tag", "web.yaml", 1, 7, name, name, name)));
        log.accept(new ProgressEvent.Upgraded(web, "extensions/v1beta1", "apps/v1", "-" + name));
        log.accept(new ProgressEvent.ImageReplaced(web, name, name, name));
        log.accept(
                new ProgressEvent.Applied(web, Change.CHANGED, false, "--- a\n-replicas: 1\n+replicas: 2\n " + name));
        log.accept(new ProgressEvent.HealthChanged(web, Health.State.HEALTHY, "3 of 3 pods " + name));
        log.accept(new ProgressEvent.CauseSeen(
                new Health.Cause(Health.Weight.FATAL, "ImagePullBackOff", pod(name), name, name, "Push it")));
        log.accept(new ProgressEvent.LogExcerpt(pod(name), name, true, List.of("last words", name)));
        log.accept(new ProgressEvent.ImageReady(List.of(name), ImageDigest.of(new byte[0]), 12_345_678, 0));
        log.accept(new ProgressEvent.Scanned(new ScanResult(
                name,
                name,
                VulnerabilitySeverity.HIGH,
                Map.of(VulnerabilitySeverity.CRITICAL, 1),
                1,
                List.of(new Vulnerability(
                        "CVE-1 " + name,
                        VulnerabilitySeverity.CRITICAL,
                        name,
                        name,
                        name,
                        "https://example.com/CVE-1")))));
        log.outcome("rolled-back");
        log.end(State.FAILURE, "Could not get a healthy release: " + name);
        return build;
    }

    private static ObjectRef pod(String name) {
        return new ObjectRef("v1", "Pod", "shop", name);
    }

    private HtmlPage open(String url) throws Exception {
        return jenkins.createWebClient().goTo(url);
    }

    /** What a strict Content-Security-Policy would not run, in the parts of the page that are ours. */
    private static List<String> inline(HtmlPage page) {
        return Stream.concat(
                        page.querySelectorAll("[class*=k8srollout], [class*=k8srollout] *").stream(),
                        page.querySelectorAll("#main-panel script:not([src]), #main-panel style").stream())
                .map(DomNode.class::cast)
                .filter(node -> !(node instanceof DomElement element)
                        || List.of("script", "style").contains(element.getTagName())
                        || Stream.of("onclick", "onerror", "onload", "onmouseover", "style")
                                .anyMatch(element::hasAttribute))
                .map(DomNode::asXml)
                .toList();
    }

    private static final class Stars extends ConsoleLogFilter {
        @Override
        public OutputStream decorateLogger(Run build, OutputStream logger) {
            return new LineTransformationOutputStream.Delegating(logger) {
                @Override
                protected void eol(byte[] line, int length) throws IOException {
                    String text = new String(line, 0, length, StandardCharsets.UTF_8);
                    out.write(text.replace("hunter2", "****").getBytes(StandardCharsets.UTF_8));
                }
            };
        }
    }
}
