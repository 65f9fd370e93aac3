package io.jenkins.plugins.k8srollout.cloud;

import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** Jenkins restarts while a build runs on a pod of a real cluster. */
public class AgentPodRestartTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    // In unit tests Jenkins gives an agent 15 s to return, else five minutes.
    private static void beAsPatientAsInProduction() {
        ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = TimeUnit.MINUTES.toMillis(5);
    }

    @Test
    public void theBuildGoesOnOnItsAgent() throws Throwable {
        beAsPatientAsInProduction();
        sessions.then(jenkins -> {
            testbed.configure(jenkins);
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
            job.setDefinition(new CpsFlowDefinition(
                    "node('pod') { sh 'echo on $(hostname); i=0; while [ $i -lt 25 ]; do sleep 1; i=$((i+1)); done;"
                            + " echo done on $(hostname)' }",
                    true));
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("+ sleep 1", build);
        });
        sessions.then(jenkins -> {
            WorkflowRun build =
                    Jenkins.get().getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
            jenkins.assertLogContains("done on pod-", build);
            testbed.awaitNoPods();
        });
    }
}
