package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodState;
import io.jenkins.plugins.k8srollout.engine.agentpod.AgentPodStatus;
import jenkins.model.Jenkins;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** What the pages of agents show, and to whom. */
public class AgentPodPagesTest {
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Rule
    public final AgentCluster pods = new AgentCluster();

    private AgentPodComputer agent() throws Exception {
        pods.configure("pods", AgentCluster.template("plain", "linux"));
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.setAssignedLabel(Label.get("linux"));
        project.scheduleBuild2(0);
        return (AgentPodComputer) Jenkins.get().getComputer(pods.nextPod());
    }

    private String page(Computer computer, String user) throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient();
        if (!user.isEmpty()) {
            web.login(user);
        }
        return web.goTo(computer.getUrl()).getWebResponse().getContentAsString();
    }

    /** A pod's termination message, written by whoever writes the build's code, was shown as markup. */
    @Test
    public void aContainersLastWordsAreNoMarkup() throws Exception {
        AgentPodComputer computer = agent();
        computer.changed(new AgentPodStatus(AgentPodState.PULLING, MARKUP), MARKUP);
        computer.disconnect(new AgentPodOfflineCause("ended: " + MARKUP + "\nsecond line"))
                .get();
        String page = page(computer, "");
        assertThat(page, containsString("ended: &lt;img src=x"));
        assertThat(page, not(containsString("<img src=x")));
        assertThat(page, not(containsString("second line")));
    }

    @Test
    public void aContainersLogIsForThoseWhoMaySeeTheAgents() throws Exception {
        AgentPodComputer computer = agent();
        computer.changed(
                new AgentPodStatus(AgentPodState.FAILED, "ended with exit code 1: token-in-a-log"), "token-in-a-log");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ, Computer.CONNECT)
                .everywhere()
                .to("operator"));
        assertThat(page(computer, "operator"), containsString("token-in-a-log"));
        String read = page(computer, "reader");
        assertThat(read, containsString("Failed"));
        assertThat(read, not(containsString("token-in-a-log")));
    }
}
