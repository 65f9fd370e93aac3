package io.jenkins.plugins.k8srollout.run;

import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.manifests;
import static io.jenkins.plugins.k8srollout.run.InMemoryCluster.release;

import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder;
import io.jenkins.plugins.k8srollout.step.BatchesStrategy;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.net.URL;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.ClassRule;
import org.junit.Rule;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.JenkinsSessionRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.SingleFileSCM;

/** Builds that pause, in sessions of Jenkins over one cluster, and the pages that answer them. */
public abstract class AnsweringFixture {
    static final String PAUSING = "strategy: batches(count: 2, pause: 'first')";
    static final String RETURNING = PAUSING + ", paused: 'return'";

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @Rule
    public final InMemoryCluster cluster = new InMemoryCluster();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    JenkinsRule jenkins;

    /** One session of Jenkins with the cluster, and somebody who may release, and somebody who may only look. */
    void inJenkins(JenkinsSessionRule.Step test) throws Throwable {
        sessions.then(rule -> {
            jenkins = rule;
            rule.jenkins.setSecurityRealm(rule.createDummySecurityRealm());
            rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                    .grant(Jenkins.ADMINISTER)
                    .everywhere()
                    .to("admin")
                    .grant(Jenkins.READ, Item.READ)
                    .everywhere()
                    .to("reader")
                    .grant(Jenkins.READ, Item.READ, Item.BUILD)
                    .everywhere()
                    .to("alice"));
            test.run(rule);
        });
    }

    void releaseTheFirst() throws Exception {
        cluster.configure();
        jenkins.buildAndAssertSuccess(pipeline("first", release("1", "")));
    }

    FreeStyleProject freestyle() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("free");
        job.setScm(new SingleFileSCM("web.yaml", manifests("2")));
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setManifests("web.yaml");
        BatchesStrategy batches = new BatchesStrategy();
        batches.setPause("first");
        rollout.setStrategy(batches);
        RolloutBuilder builder = new RolloutBuilder();
        builder.setRollout(rollout);
        builder.setHealthy(new WaitHealthyStep());
        job.getBuildersList().add(builder);
        return job;
    }

    WorkflowJob pipeline(String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    static Run<?, ?> build(String job) {
        return Jenkins.get().getItemByFullName(job, Job.class).getBuildByNumber(1);
    }

    static List<ReleaseEntry> entries(Run<?, ?> build) {
        return build.getAction(ReleaseAction.class).getEntries();
    }

    static String id(ReleaseEntry entry) {
        return WatchToken.decode(entry.token()).record().id();
    }

    static ReleaseLead lead(ReleaseEntry entry) {
        return EngineServices.get().led().find(id(entry)).orElseThrow();
    }

    JenkinsRule.WebClient client(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(user);
    }

    HtmlPage page(String user, Run<?, ?> build) throws Exception {
        return client(user).goTo(build.getUrl() + ReleaseAction.URL + "/");
    }

    int post(String user, Run<?, ?> build, String method, ReleaseEntry entry) throws Exception {
        return send(user, build, method, entry).getWebResponse().getStatusCode();
    }

    int get(String user, Run<?, ?> build, String method, ReleaseEntry entry) throws Exception {
        return send(user, HttpMethod.GET, build, method, entry).getWebResponse().getStatusCode();
    }

    /** As a button of the page does. */
    Page send(String user, Run<?, ?> build, String method, ReleaseEntry entry) throws Exception {
        return send(user, HttpMethod.POST, build, method, entry);
    }

    private Page send(String user, HttpMethod http, Run<?, ?> build, String method, ReleaseEntry entry)
            throws Exception {
        JenkinsRule.WebClient client = client(user);
        URL url = new URL(
                jenkins.getURL(), build.getUrl() + ReleaseAction.URL + "/" + method + "?entry=" + entry.getId());
        WebRequest request = new WebRequest(url, http);
        if (http == HttpMethod.POST) {
            client.addCrumb(request);
        }
        return client.getPage(request);
    }
}
