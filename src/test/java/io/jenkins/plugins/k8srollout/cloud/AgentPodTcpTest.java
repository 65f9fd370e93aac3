package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import hudson.model.Result;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents in pods of a real cluster that connect to Jenkins' TCP port. */
public class AgentPodTcpTest {
    private static final int SERVICE_PORT = 50000;

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Test
    public void anAgentConnectsToThePortThatJenkinsNames() throws Exception {
        testbed.configure(jenkins).setWebSocket(false);
        testbed.expose(openAgentPort());
        String log = agentLogOfABuild();
        assertThat(log, containsString("Agent port:    " + agentPort()));
        assertThat(log, containsString("JNLP4-connect"));
        assertThat(log, not(containsString("WebSocket")));
    }

    @Test
    public void anAgentConnectsThroughATunnel() throws Exception {
        testbed.configure(jenkins).setWebSocket(false);
        String url = testbed.expose(openAgentPort());
        service("jenkins-agents", url.replaceAll("http://(.*):.*", "$1"));
        AgentPodCloud.named("pods").orElseThrow().setTunnel("jenkins-agents:" + SERVICE_PORT);
        String log = agentLogOfABuild();
        assertThat(log, containsString("Agent address: jenkins-agents"));
        assertThat(log, containsString("Agent port:    " + SERVICE_PORT));
        assertThat(log, containsString("JNLP4-connect"));
    }

    @Test
    public void withoutTheTcpPortTheBuildEndsWithTheReason() throws Exception {
        testbed.configure(jenkins).setWebSocket(false);
        Jenkins.get().setSlaveAgentPort(-1);
        WorkflowRun build = jenkins.buildAndAssertStatus(Result.FAILURE, job("node('pod') { echo 'never' }"));
        jenkins.assertLogContains("the TCP port for inbound agents is disabled", build);
        testbed.awaitNoPods();
    }

    private String agentLogOfABuild() throws Exception {
        WorkflowRun build = job("node('pod') { sh 'echo on $(hostname)'; semaphore 'connected' }")
                .scheduleBuild2(0)
                .waitForStart();
        SemaphoreStep.waitForStart("connected/1", build);
        String log = testbed.agentLog(Jenkins.get().getNodes().get(0).getNodeName());
        SemaphoreStep.success("connected/1", null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("on pod-", build);
        testbed.awaitNoPods();
        return log;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static int openAgentPort() throws Exception {
        Jenkins.get().setSlaveAgentPort(0);
        return agentPort();
    }

    private static int agentPort() {
        return Jenkins.get().getTcpSlaveAgentListener().getPort();
    }

    /** A Service by which pods find the agent port under another number, as one in front of a controller would be. */
    private void service(String name, String address) {
        Map<String, Object> metadata = Map.of("name", name, "namespace", testbed.namespace());
        testbed.port()
                .create(KubeObject.of(Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Service",
                        "metadata",
                        metadata,
                        "spec",
                        Map.of("ports", List.of(Map.of("port", SERVICE_PORT))))));
        testbed.port()
                .create(KubeObject.of(Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Endpoints",
                        "metadata",
                        metadata,
                        "subsets",
                        List.of(Map.of(
                                "addresses",
                                List.of(Map.of("ip", address)),
                                "ports",
                                List.of(Map.of("port", agentPort())))))));
    }
}
