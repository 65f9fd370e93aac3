package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import hudson.security.AccessDeniedException3;
import hudson.util.FormValidation;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.misc.ConfiguredWithCode;
import io.jenkins.plugins.casc.misc.JenkinsConfiguredWithCodeRule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.model.Jenkins;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** Clouds by form and as code: nothing is lost on the way there and back. */
public class CloudFormsTest {
    @Rule
    public final JenkinsConfiguredWithCodeRule jenkins = new JenkinsConfiguredWithCodeRule();

    @Test
    @ConfiguredWithCode("agent-pods.yml")
    public void everyFieldComesFromCodeAndGoesThroughTheForm() throws Exception {
        AgentPodCloud cloud = AgentPodCloud.named("pods").orElseThrow();
        check(cloud);
        JenkinsRule.WebClient web = jenkins.createWebClient();
        jenkins.submit(web.goTo("cloud/pods/configure").getFormByName("config"));
        AgentPodCloud again = AgentPodCloud.named("pods").orElseThrow();
        assertThat("a new object came of the form", again == cloud, is(false));
        check(again);
    }

    @Test
    @ConfiguredWithCode("agent-pods.yml")
    public void exportHasEveryField() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        String yaml = out.toString(StandardCharsets.UTF_8);
        for (String part : List.of(
                "agentPods:",
                "jenkinsUrl: \"http://ci.example.com/\"",
                "tunnel: \"ci.example.com:50000\"",
                "buildsPerPod: 3",
                "idleMinutes: 7",
                "webSocket: false",
                "nodeSelector: \"pool=ci\"",
                "kind: \"claim\"",
                "tolerations")) {
            assertThat(yaml, containsString(part));
        }
    }

    @Test
    @ConfiguredWithCode("agent-pods.yml")
    public void pagesShowNoLoginAndNoScript() throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient();
        String page = web.goTo("cloud/pods/").getWebResponse().getContentAsString();
        assertThat(page, containsString("None at the moment"));
        assertThat(page, not(containsString("<script>alert")));
    }

    @Test
    public void checksSayNothingToReaders() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(
                new MockAuthorizationStrategy().grant(Jenkins.READ).everywhere().to("reader"));
        AgentPodTemplate.DescriptorImpl template =
                (AgentPodTemplate.DescriptorImpl) Jenkins.get().getDescriptorOrDie(AgentPodTemplate.class);
        try (var reader = hudson.security.ACL.as2(
                hudson.model.User.getById("reader", true).impersonate2())) {
            assertThat(template.doCheckYaml("kind: Deployment").kind, is(FormValidation.Kind.OK));
            assertThat(template.doCheckImage("").kind, is(FormValidation.Kind.OK));
            assertThat(template.doCheckMaxPods("x").kind, is(FormValidation.Kind.OK));
        }
        assertThat(template.doCheckYaml("kind: Deployment").kind, is(FormValidation.Kind.ERROR));
        assertThat(template.doCheckYaml("spec: [").kind, is(FormValidation.Kind.ERROR));
        assertThat(template.doCheckYaml("spec: {tolerations: []}").kind, is(FormValidation.Kind.OK));
        assertThat(template.doCheckRequests("cpu=half").kind, is(FormValidation.Kind.ERROR));
        assertThat(template.doCheckImage("UPPER/case").kind, is(FormValidation.Kind.ERROR));
        assertThat(template.doCheckMaxPods("-1").kind, is(FormValidation.Kind.ERROR));
    }

    @Test
    public void onlyAdministratorsTestTheConnection() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(
                new MockAuthorizationStrategy().grant(Jenkins.READ).everywhere().to("reader"));
        AgentPodCloud.DescriptorImpl cloud =
                (AgentPodCloud.DescriptorImpl) Jenkins.get().getDescriptorOrDie(AgentPodCloud.class);
        try (var reader = hudson.security.ACL.as2(
                hudson.model.User.getById("reader", true).impersonate2())) {
            assertThrows(AccessDeniedException3.class, () -> cloud.doTestConnection("prod", "ci"));
        }
        FormValidation unknown = cloud.doTestConnection("prod", "ci");
        assertThat(unknown.kind, is(FormValidation.Kind.ERROR));
        assertThat(unknown.getMessage(), containsString("prod: none of that name is configured"));
    }

    private static void check(AgentPodCloud cloud) {
        assertThat(cloud.getCluster(), is("prod"));
        assertThat(cloud.getNamespace(), is("ci"));
        assertThat(cloud.getMaxPods(), is(30));
        assertThat(cloud.getJenkinsUrl(), is("http://ci.example.com/"));
        assertThat(cloud.getTunnel(), is("ci.example.com:50000"));
        AgentPodTemplate t = cloud.getTemplates().get(0);
        assertThat(t.getName(), is("maven"));
        assertThat(t.getLabel(), is("maven jdk17"));
        assertThat(t.getImage(), is("harbor.example.com/ci/agent:1"));
        assertThat(t.getRequests(), is("cpu=500m, memory=1Gi"));
        assertThat(t.getLimits(), is("memory=2Gi"));
        assertThat(t.getMaxPods(), is(5));
        assertThat(t.getBuildsPerPod(), is(3));
        assertThat(t.getIdleMinutes(), is(7));
        assertThat(t.isWebSocket(), is(false));
        assertThat(t.getEnv(), is("MAVEN_OPTS=-Xmx1g"));
        assertThat(t.getNodeSelector(), is("pool=ci"));
        assertThat(t.getServiceAccount(), is("builder"));
        assertThat(t.getWorkDir(), is("/srv/agent"));
        assertThat(t.getYaml().strip(), is("spec: {tolerations: [{operator: Exists}]}"));
        AgentPodContainer c = t.getContainers().get(0);
        assertThat(c.getName() + " " + c.getImage(), is("db harbor.example.com/ci/mysql:8"));
        assertThat(c.getCommand() + c.getArgs() + c.getEnv(), is("mysqld--skip-log-binA=b"));
        assertThat(c.getRequests() + " " + c.getLimits(), is("cpu=100m memory=512Mi"));
        AgentPodVolume v = t.getVolumes().get(0);
        assertThat(v.getKind() + v.getSource() + v.getPath() + v.isReadOnly(), is("claimm2/root/.m2true"));
    }
}
