package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.recipes.WithTimeout;
import org.yaml.snakeyaml.Yaml;

/** What a service account must be allowed in a real cluster before Jenkins can run agents there. */
public class AgentPodRightsTest {
    private static final String ACCOUNT = "limited";
    private static final int ATTEMPTS = 200;

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
    @WithTimeout(600)
    public void theRoleThatTheFormPrintsIsEnough() throws Exception {
        AgentPodTemplate template = testbed.configure(jenkins);
        useAccount();

        FormValidation before = ask();

        assertThat(before.kind, is(FormValidation.Kind.WARNING));
        assertThat(before.getMessage(), allOf(containsString("Kubernetes 1."), containsString("create pods")));
        grant(before.getMessage());
        FormValidation after = ask();
        // The authorizer hears of a new role a moment later.
        for (int i = 0; i < ATTEMPTS && after.kind != FormValidation.Kind.OK; i++) {
            after = ask();
        }
        assertThat(after.getMessage(), after.kind, is(FormValidation.Kind.OK));
        assertThat(after.getMessage(), not(containsString("<pre>")));

        jenkins.assertLogContains("on pod-", jenkins.buildAndAssertSuccess(job()));
        testbed.awaitNoPods();
        template.setYaml("spec: {containers: [{name: agent, command: [sh, -c, 'echo gone wrong; exit 3']}]}");
        WorkflowRun failed = jenkins.buildAndAssertStatus(Result.FAILURE, job());
        jenkins.assertLogContains("gone wrong", failed);
        testbed.awaitNoPods();
    }

    private FormValidation ask() {
        AgentPodCloud.DescriptorImpl form =
                (AgentPodCloud.DescriptorImpl) Jenkins.get().getDescriptorOrDie(AgentPodCloud.class);
        return form.doTestConnection(ACCOUNT, testbed.namespace());
    }

    private WorkflowJob job() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("node('pod') { sh 'echo on $(hostname)' }", true));
        return job;
    }

    /** From now on Jenkins comes as a service account that is allowed nothing yet. */
    private void useAccount() throws Exception {
        create("v1", "ServiceAccount", ACCOUNT, Map.of());
        create(
                "v1",
                "Secret",
                ACCOUNT,
                Map.of(
                        "type",
                        "kubernetes.io/service-account-token",
                        "metadata",
                        Map.of("annotations", Map.of("kubernetes.io/service-account.name", ACCOUNT))));
        Selection secrets = Selection.of("v1", "Secret", testbed.namespace());
        AgentTestbed.await(
                testbed.port(),
                secrets,
                s -> s.containsKey(ACCOUNT) && s.get(ACCOUNT).has("data", "token"));
        KubeObject secret = testbed.port().list(secrets).stream()
                .filter(s -> s.name().equals(ACCOUNT))
                .findFirst()
                .orElseThrow();
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, ACCOUNT, "", Secret.fromString(decoded(secret, "token"))));
        SystemCredentialsProvider.getInstance().save();
        ClusterTarget target = new ClusterTarget(ACCOUNT);
        target.setServerUrl(testbed.port().address());
        target.setCaCertificate(decoded(secret, "ca.crt"));
        target.setCredentialsId(ACCOUNT);
        KubernetesRolloutConfiguration.get().setClusters(List.of(target));
    }

    private static String decoded(KubeObject secret, String key) {
        return new String(Base64.getDecoder().decode(secret.text("data", key).orElseThrow()), StandardCharsets.UTF_8);
    }

    /** Does what the administrator of the cluster is asked to do. */
    private void grant(String markup) {
        String yaml = markup.replaceAll("(?s).*<pre>(.*)</pre>.*", "$1")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
        for (Object document : new Yaml().loadAll(yaml)) {
            @SuppressWarnings("unchecked")
            Map<String, Object> object = (Map<String, Object>) document;
            testbed.port().create(KubeObject.of(object));
        }
        if (!yaml.contains("kind: RoleBinding")) {
            // Before 1.27 a server does not tell whom it takes the credentials for.
            create(
                    "rbac.authorization.k8s.io/v1",
                    "RoleBinding",
                    ACCOUNT,
                    Map.of(
                            "roleRef",
                            Map.of(
                                    "apiGroup", "rbac.authorization.k8s.io",
                                    "kind", "Role",
                                    "name", "kubernetes-rollout-agents"),
                            "subjects",
                            List.of(Map.of(
                                    "kind", "ServiceAccount", "name", ACCOUNT, "namespace", testbed.namespace()))));
        }
    }

    private void create(String apiVersion, String kind, String name, Map<String, Object> fields) {
        testbed.port()
                .create(KubeObject.of(fields)
                        .with(apiVersion, "apiVersion")
                        .with(kind, "kind")
                        .with(name, "metadata", "name")
                        .with(testbed.namespace(), "metadata", "namespace"));
    }
}
