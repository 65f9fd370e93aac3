package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.Assume.assumeThat;

import hudson.model.Label;
import hudson.model.Result;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;

/** Pipelines against a real cluster and registry, on a real agent, in the sandbox. */
public class RolloutPipelineTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final Testbed FIRST = new Testbed();

    @Rule
    public final Testbed testbed = new Testbed();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Before
    public void configure() throws Exception {
        testbed.configure();
        jenkins.createOnlineSlave(Label.get("agent"));
    }

    @Test
    public void allFourSteps() throws Exception {
        assumeThat("INGRESS_URL", Testbed.ingressUrl(), notNullValue());

        WorkflowRun build = jenkins.buildAndAssertSuccess(job("allSteps.groovy"));

        String pinned = testbed.port()
                .get(new ObjectRef("apps/v1", "Deployment", testbed.namespace(), "web"))
                .orElseThrow()
                .text("spec", "template", "spec", "containers", 0, "image")
                .orElseThrow();
        jenkins.assertLogContains("image " + pinned + " [v1, latest] sha256:", build);
        jenkins.assertLogContains("release healthy true 4", build);
        jenkins.assertLogContains("again healthy 0", build);
        jenkins.assertLogContains("affinity traefik [Service/" + testbed.namespace() + "/web] 2", build);
        jenkins.assertLogContains("health 3 true", build);
        assertThat(testbed.filesWithSecrets(build.getRootDir().toPath()), is(empty()));
    }

    @Test
    public void allFourStepsInADeclarativePipeline() throws Exception {
        assumeThat("INGRESS_URL", Testbed.ingressUrl(), notNullValue());

        WorkflowRun build = jenkins.buildAndAssertSuccess(job("declarative.groovy"));

        jenkins.assertLogContains("released healthy", build);
    }

    @Test
    public void manifestsOutsideTheWorkspaceAreRefused() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("outside.groovy"));

        jenkins.assertLogContains("caught Could not", build);
        jenkins.assertLogContains("../secret.yaml", build);
        jenkins.assertLogContains("ERROR: There is no workspace here: run the step inside a node block", build);
        jenkins.assertLogNotContains("== Apply", build);
    }

    @Test
    public void badImageFailsWithItsCauseAndIsRolledBack() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("badImage.groovy"));

        jenkins.assertLogContains("good healthy", build);
        jenkins.assertLogContains("no-such-tag", build);
        jenkins.assertLogContains("caught Could not get a healthy release: Deployment/" + testbed.namespace(), build);
        jenkins.assertLogContains(
                "ERROR: Could not wait for a healthy release: Deployment/" + testbed.namespace() + "/absent", build);
        jenkins.assertLogNotContains("at io.jenkins.plugins.k8srollout", build);
        String image = testbed.port()
                .get(new ObjectRef("apps/v1", "Deployment", testbed.namespace(), "web"))
                .orElseThrow()
                .text("spec", "template", "spec", "containers", 0, "image")
                .orElseThrow();
        assertThat(image, is(Testbed.registry() + "/base/web:1"));
    }

    @Test
    public void abortEndsTheWaitAtOnce() throws Exception {
        WorkflowRun build = job("longWait.groovy").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("waiting  Deployment/" + testbed.namespace() + "/slow", build);

        CpsFlowExecution execution = (CpsFlowExecution) build.getExecution();
        assertThat(execution.getThreadDump().toString(), containsString("waiting  Deployment/" + testbed.namespace()));
        build.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        jenkins.assertLogNotContains("ERROR", build);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, script.replace(".groovy", ""));
        job.setDefinition(new CpsFlowDefinition(testbed.script(script), true));
        return job;
    }
}
