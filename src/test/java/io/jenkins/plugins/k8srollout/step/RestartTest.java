package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import hudson.model.Label;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** Jenkins restarts while a release comes up in a real cluster. */
public class RestartTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final Testbed FIRST = new Testbed();

    @Rule
    public final Testbed testbed = new Testbed();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    @Test
    public void waitHealthyGoesOn() throws Throwable {
        goesOn(
                "longWait.groovy",
                "became healthy: [Deployment/" + testbed.namespace() + "/slow: 1 of 1 pod available]");
    }

    @Test
    public void rolloutGoesOn() throws Throwable {
        goesOn("longRollout.groovy", "release healthy");
    }

    private void goesOn(String script, String message) throws Throwable {
        sessions.then(jenkins -> {
            testbed.configure();
            jenkins.createOnlineSlave(Label.get("agent"));
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
            job.setDefinition(new CpsFlowDefinition(testbed.script(script), true));
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("waiting  Deployment/" + testbed.namespace() + "/slow", build);
        });
        sessions.then(jenkins -> {
            WorkflowRun build =
                    Jenkins.get().getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
            jenkins.assertLogContains(message, build);
            assertThat(testbed.filesWithSecrets(build.getRootDir().toPath()), is(empty()));
        });
    }
}
