package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What a form shows and gives back, and what the snippet generator writes. */
public class StepRoundTripTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Test
    public void affinity() throws Exception {
        ConfigureIngressAffinityStep step = new ConfigureIngressAffinityStep();
        assertSurvives(step, "configureIngressAffinity()");

        step.setNamespace("shop");
        step.setIngress("web");
        step.setMode("persistent");
        step.setMaxAge(3600);
        step.setSecure(true);
        step.setChangeOnFailure(false);
        step.setController("traefik");
        step.setRemove(true);
        assertSurvives(
                step,
                "configureIngressAffinity changeOnFailure: false, controller: 'traefik', ingress: 'web', maxAge: 3600,"
                        + " mode: 'persistent', namespace: 'shop', remove: true, secure: true");
    }

    @Test
    public void waiting() throws Exception {
        WaitHealthyStep step = new WaitHealthyStep();
        assertSurvives(step, "waitHealthy()");

        step.setWorkloads(List.of("deployment/web", "job/migrate"));
        step.setTimeout("5m");
        step.setStableFor("30s");
        step.setHttp("https://shop.example.com/healthz");
        step.setHttpStatus(204);
        step.setHttpBody("up|ok");
        step.setFailFast(false);
        step.setLogLines(0);
        assertSurvives(
                step,
                "waitHealthy failFast: false, http: 'https://shop.example.com/healthz', httpBody: 'up|ok', httpStatus:"
                        + " 204, logLines: 0, stableFor: '30s', timeout: '5m', workloads: ['deployment/web',"
                        + " 'job/migrate']");
    }

    @Test
    public void rollout() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        assertSurvives(step, "k8sRollout()");

        step.setManifests("deploy/, ingress.yaml");
        step.setImages(Map.of("web", "harbor.example.com/shop/web:v2"));
        step.setStrategy("rolling");
        step.setOnFailure("hold");
        step.setTimeout("15m");
        step.setChangeCause("ticket 'A-1'");
        step.setHistory("shop-web");
        step.setCreateNamespace(true);
        step.setDryRun(true);
        step.setForce(true);
        step.setSubstitute(true);
        step.setWait(false);
        assertSurvives(
                step,
                "k8sRollout changeCause: 'ticket \\'A-1\\'', createNamespace: true, dryRun: true, force: true, history:"
                        + " 'shop-web', images: [web: 'harbor.example.com/shop/web:v2'], manifests: 'deploy/, ingress.yaml', onFailure:"
                        + " 'hold', strategy: 'rolling', substitute: true, timeout: '15m', wait: false");
    }

    @Test
    public void imageAlone() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        step.setWorkload("deployment/web");
        step.setPullSecret("robot"); // not there, but must not get lost
        assertSurvives(step, "k8sRollout pullSecret: 'robot', workload: 'deployment/web'");
    }

    @Test
    public void building() throws Exception {
        BuildImageStep step = new BuildImageStep("harbor.example.com/shop/web");
        assertSurvives(step, "buildImage 'harbor.example.com/shop/web'");

        step.setTags(List.of("v1", "latest"));
        step.setContext("app");
        step.setDockerfile("docker/Dockerfile");
        step.setTarget("runtime");
        step.setBuildArgs(Map.of("VERSION", "1=a"));
        step.setLabels(Map.of("team", "shop"));
        step.setPlatforms(List.of("linux/amd64", "linux/arm64"));
        step.setRegistry("harbor");
        step.setPush(false);
        step.setBuilder("embedded");
        assertSurvives(
                step,
                "buildImage buildArgs: [VERSION: '1=a'], builder: 'embedded', context: 'app', dockerfile:"
                        + " 'docker/Dockerfile', image: 'harbor.example.com/shop/web', labels: [team:"
                        + " 'shop'], platforms: ['linux/amd64', 'linux/arm64'], push: false, registry: 'harbor',"
                        + " tags: ['v1', 'latest'], target: 'runtime'");
    }

    @Test
    public void aPipelineMayWriteOneEntryWithoutBracketsAndManifestsAsList() throws Exception {
        WaitHealthyStep wait =
                (WaitHealthyStep) descriptor(WaitHealthyStep.class).newInstance(Map.of("workloads", "deployment/web"));
        assertThat(wait.getWorkloads(), is(List.of("deployment/web")));

        K8sRolloutStep rollout = (K8sRolloutStep)
                descriptor(K8sRolloutStep.class).newInstance(Map.of("manifests", List.of("a.yaml", "b.yaml")));
        assertThat(rollout.getManifests(), is("a.yaml\nb.yaml"));
    }

    private static StepDescriptor descriptor(Class<? extends Step> type) {
        return (StepDescriptor) JENKINS.jenkins.getDescriptorOrDie(type);
    }

    private static void assertSurvives(Step step, String snippet) throws Exception {
        Step back = new StepConfigTester(JENKINS).configRoundTrip(step);
        JENKINS.assertEqualDataBoundBeans(step, back);
        assertThat(Snippetizer.object2Groovy(back), is(snippet));
    }
}
