package io.jenkins.plugins.k8srollout.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.testutil.FakeHarbor;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** <em>Test connection</em> with a Harbor in memory. */
public class HarborReportMarkupTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    private final FakeHarbor harbor = new FakeHarbor();

    @Before
    public void credentials() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        login("robot", FakeHarbor.PASSWORD);
        login("wrong", "hunter2hunter2");
    }

    private static void login(String id, String password) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, "", FakeHarbor.USER, password));
    }

    @After
    public void close() {
        harbor.close();
    }

    private FormValidation test(String credentialsId) {
        RegistryTarget.DescriptorImpl form = JENKINS.jenkins.getDescriptorByType(RegistryTarget.DescriptorImpl.class);
        return form.doTestConnection("harbor", harbor.authority(), credentialsId, "", true);
    }

    @Test
    public void versionAndRightsAreTold() {
        harbor.project("shop", false)
                .rights(List.of("repository:pull", "repository:push", "artifact:read", "scan:create"));
        FormValidation answer = test("robot");
        assertThat(answer.kind, is(FormValidation.Kind.OK));
        assertThat(
                answer.renderHtml(),
                allOf(
                        containsString("Harbor v2.12.1-0f2e3d4c at http://" + harbor.authority()),
                        containsString("Project shop: push images."),
                        containsString("Missing to scan: artifact-addition: read.")));
    }

    @Test
    public void aLoginThatCannotPushIsAWarning() {
        harbor.project("<b>shop</b>", false).rights(List.of("repository:pull"));
        FormValidation answer = test("robot");
        assertThat(answer.kind, is(FormValidation.Kind.WARNING));
        assertThat(answer.renderHtml(), not(containsString("<b>shop</b>")));
    }

    @Test
    public void aWrongPasswordIsAnError() {
        FormValidation answer = test("wrong");
        assertThat(answer.kind, is(FormValidation.Kind.ERROR));
        assertThat(answer.getMessage(), allOf(containsString("401"), not(containsString("hunter2"))));
    }

    @Test
    public void anotherRegistryStillAnswers() {
        harbor.server().on("GET /api/v2.0/systeminfo", FakeHarbor.error(404, "NOT_FOUND", "no such page"));
        FormValidation answer = test("robot");
        assertThat(answer.kind, is(FormValidation.Kind.OK));
        assertThat(answer.getMessage(), containsString("answers"));
    }
}
