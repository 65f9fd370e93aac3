package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.Assume.assumeThat;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Run;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.step.BuildImageStep;
import io.jenkins.plugins.k8srollout.step.ConfigureIngressAffinityStep;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.io.File;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestBuilder;
import org.jvnet.hudson.test.recipes.WithTimeout;

/** The project's sample from its sources to a healthy release, all of it on an agent in a pod of a real cluster. */
public class AgentPodReleaseTest {
    private static final Path SAMPLE = Path.of("samples/shop");

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    // The testbed first: without one, Jenkins is not even started.
    @ClassRule
    public static final AgentTestbed FIRST = new AgentTestbed();

    @Rule
    public final AgentTestbed testbed = new AgentTestbed();

    @Rule
    public final JenkinsRule jenkins = new JenkinsRule();

    @Before
    public void configure() throws Exception {
        assumeThat("INGRESS_URL", ingressUrl(), notNullValue());
        AgentPodTemplate template = testbed.configure(jenkins);
        // The testbed's registry is found by nodes under the name by which they pull images, not by pods.
        template.setYaml("spec: {hostNetwork: true}");
        RegistryTarget registry = new RegistryTarget("harbor", registry());
        registry.setPlainHttp(true);
        KubernetesRolloutConfiguration.get().setRegistries(List.of(registry));
    }

    @Test
    @WithTimeout(600)
    public void aPipeline() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        new FilePath(SAMPLE.toFile()).copyRecursiveTo(Jenkins.get().getWorkspaceFor(job));
        job.setDefinition(new CpsFlowDefinition(script(), true));

        WorkflowRun build = jenkins.buildAndAssertSuccess(job);

        jenkins.assertLogContains("on pod-", build);
        assertAllStages(build);
        assertServesFromOutside("v1");
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), hasSize(0));
    }

    @Test
    @WithTimeout(600)
    public void aFreestyleJob() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        job.setAssignedLabel(Label.get("pod"));
        job.getBuildersList().add(new Checkout());
        job.getBuildersList().add(release());

        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);

        assertThat(build.getBuiltOnStr(), containsString("pod-"));
        assertAllStages(build);
        assertServesFromOutside("v1");
        testbed.awaitNoPods();
        assertThat(Jenkins.get().getNodes(), hasSize(0));
    }

    /** The sample's own Pipeline, with the names of here, and a stash for what a checkout would bring. */
    private String script() throws IOException {
        String script = Files.readString(SAMPLE.resolve("Jenkinsfile"));
        for (Map.Entry<String, String> name : Map.of(
                        "agent any",
                        "agent { label 'pod' }",
                        "stage('Image') {\n      steps {",
                        "stage('Image') {\n      steps {\n unstash 'sample'; sh 'echo on $NODE_NAME'",
                        "buildArgs: [",
                        "buildArgs: [BASE: '" + base() + "', ",
                        "harbor.example.com/shop/",
                        registry() + "/" + testbed.namespace() + "/",
                        "cluster: 'prod', namespace: 'shop'",
                        "cluster: 'testbed', namespace: '" + testbed.namespace() + "'",
                        "https://shop.example.com",
                        ingressUrl())
                .entrySet()) {
            assertThat(script, containsString(name.getKey()));
            script = script.replace(name.getKey(), name.getValue());
        }
        return "node('built-in') { stash 'sample' }\n" + script;
    }

    private RolloutBuilder release() {
        BuildImageStep image = new BuildImageStep(registry() + "/" + testbed.namespace() + "/web");
        image.setTags(List.of("v$BUILD_NUMBER"));
        image.setBuildArgs(Map.of("BASE", base(), "VERSION", "v$BUILD_NUMBER"));
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setNamespace(testbed.namespace());
        rollout.setManifests("deploy/");
        rollout.setImages(Map.of("web", "$ROLLOUT_IMAGE"));
        rollout.setTimeout("3m");
        ConfigureIngressAffinityStep affinity = new ConfigureIngressAffinityStep();
        affinity.setNamespace(testbed.namespace());
        affinity.setIngress("web");
        affinity.setCookie("route");
        affinity.setMode("persistent");
        WaitHealthyStep healthy = new WaitHealthyStep();
        healthy.setNamespace(testbed.namespace());
        healthy.setWorkloads(List.of("deployment/web"));
        healthy.setHttp(ingressUrl() + "/healthz");
        RolloutBuilder builder = new RolloutBuilder();
        builder.setImage(image);
        builder.setRollout(rollout);
        builder.setAffinity(affinity);
        builder.setHealthy(healthy);
        return builder;
    }

    private static void assertAllStages(Run<?, ?> build) {
        assertThat(
                build.getAction(ReleaseAction.class).getEntries().stream()
                        .map(e -> e.getKind() + " " + e.getSummary().getState())
                        .toList(),
                is(List.of("IMAGE SUCCESS", "ROLLOUT SUCCESS", "AFFINITY SUCCESS", "WAIT SUCCESS")));
    }

    /** The release answers through the ingress controller, and a client with its cookie stays on one of its pods. */
    private void assertServesFromOutside(String version) throws Exception {
        KubeObject deployment = testbed.port()
                .get(new ObjectRef("apps/v1", "Deployment", testbed.namespace(), "web"))
                .orElseThrow();
        assertThat(deployment.numberOr(0, "status", "availableReplicas"), is(3L));
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        Set<String> pods = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            HttpResponse<String> page = browser.send(
                    HttpRequest.newBuilder(URI.create(ingressUrl() + "/")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode(), is(200));
            assertThat(page.body(), containsString("version: " + version));
            page.body().lines().filter(l -> l.startsWith("pod: ")).forEach(pods::add);
        }
        assertThat(pods, hasSize(1));
    }

    private static String registry() {
        return System.getenv("REGISTRY");
    }

    private static String ingressUrl() {
        return System.getenv("INGRESS_URL");
    }

    private static String base() {
        return registry() + "/base/web:1";
    }

    /** What a checkout would bring. */
    private static final class Checkout extends TestBuilder {
        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException, IOException {
            new FilePath(new File(SAMPLE.toString())).copyRecursiveTo(build.getWorkspace());
            return true;
        }
    }
}
