package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Slave;
import hudson.tasks.Shell;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentOwner;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.RealJenkinsRule;

/** The process of Jenkins is killed while builds run on pods of a real cluster. */
public class AgentPodCrashTest {
    private static final String GO = "/home/jenkins/agent/go";
    private static final String ORPHAN = "pod-nobodys";

    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final RealJenkinsRule jenkins = new RealJenkinsRule().prepareHomeLazily(true);

    @Test
    public void aPipelineGoesOnAndNoPodIsLeft() throws Throwable {
        jenkins.startJenkins();
        String url = testbed.expose(jenkins.getUrl().getPort()) + "jenkins/";
        String cutShort = jenkins.runRemotely(AgentPodCrashTest::begin, testbed.namespace(), url);
        jenkins.stopJenkinsForcibly();
        makeAPodThatTheCrashHasMadeUnknown();
        jenkins.startJenkins();
        jenkins.runRemotely(AgentPodCrashTest::goOn, cutShort);
        testbed.awaitNoPods();
    }

    // Runs in the other process, where classes of the plugin are not of this package.
    private static String begin(JenkinsRule r, String namespace, String url) throws Exception {
        AgentPodTemplate template = AgentTestbed.configure(namespace, url);
        template.setIdleMinutes(0);
        Jenkins.get().save();
        WorkflowJob pipeline = r.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition(
                "node('pod') { sh 'echo begun; until [ -e " + GO + " ]; do sleep 1; done; echo done on $(hostname)' }",
                true));
        FreeStyleProject freestyle = r.createFreeStyleProject("freestyle");
        freestyle.setAssignedLabel(Label.get("pod"));
        freestyle.getBuildersList().add(new Shell("echo begun; sleep 600"));
        WorkflowRun first = pipeline.scheduleBuild2(0).waitForStart();
        FreeStyleBuild second = freestyle.scheduleBuild2(0).waitForStart();
        r.waitForMessage("+ sleep 1", first);
        r.waitForMessage("+ sleep 600", second);
        return second.getBuiltOnStr();
    }

    /** As one that was asked for in the last moment, before anything of it was on disk. */
    private void makeAPodThatTheCrashHasMadeUnknown() {
        KubeObject example = testbed.port()
                .list(Selection.of("v1", "Pod", testbed.namespace()))
                .get(0);
        testbed.port()
                .create(KubeObject.of(Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        Map.of("name", ORPHAN, "namespace", testbed.namespace(), "labels", example.labels()),
                        "spec",
                        Map.of(
                                "terminationGracePeriodSeconds",
                                1,
                                "containers",
                                List.of(Map.of(
                                        "name",
                                        "agent",
                                        "image",
                                        AgentTestbed.image(),
                                        "command",
                                        List.of("sleep", "600")))))));
        assertThat(example.labels().keySet(), hasItem(AgentOwner.CONTROLLER));
    }

    private static void goOn(JenkinsRule r, String cutShort) throws Exception {
        FreeStyleProject freestyle = Jenkins.get().getItemByFullName("freestyle", FreeStyleProject.class);
        freestyle.getBuildersList().replaceBy(List.of(new Shell("echo on $(hostname)")));
        FreeStyleBuild another = r.buildAndAssertSuccess(freestyle);
        assertThat("what was cut short has left its traces", another.getBuiltOnStr(), is(not(cutShort)));
        WorkflowRun build =
                Jenkins.get().getItemByFullName("pipeline", WorkflowJob.class).getBuildByNumber(1);
        r.waitForMessage("Ready to run at", build);
        String log = JenkinsRule.getLog(build);
        Slave agent = (Slave) Jenkins.get().getNodes().stream()
                .filter(n -> log.contains("Running on " + n.getNodeName()))
                .findFirst()
                .orElseThrow();
        r.waitOnline(agent);
        FilePath go = agent.createPath(GO);
        go.touch(System.currentTimeMillis());
        r.assertBuildStatusSuccess(r.waitForCompletion(build));
        r.assertLogContains("done on " + agent.getNodeName(), build);
    }
}
