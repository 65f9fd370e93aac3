package io.jenkins.plugins.k8srollout.freestyle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.EnvVars;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Result;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.run.Expanded;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.run.ReleaseParameters;
import io.jenkins.plugins.k8srollout.step.BatchesStrategy;
import io.jenkins.plugins.k8srollout.step.BuildImageStep;
import io.jenkins.plugins.k8srollout.step.ConfigureIngressAffinityStep;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.RecreateStrategy;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The freestyle step's form, and what it does where there is no cluster. */
public class RolloutBuilderTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Test
    public void everyFieldSurvivesTheForm() throws Exception {
        RolloutBuilder before = complete();

        RolloutBuilder after = JENKINS.configRoundtrip(before);

        JENKINS.assertEqualDataBoundBeans(before.getImage(), after.getImage());
        JENKINS.assertEqualDataBoundBeans(before.getRollout(), after.getRollout());
        JENKINS.assertEqualDataBoundBeans(before.getAffinity(), after.getAffinity());
        JENKINS.assertEqualDataBoundBeans(before.getHealthy(), after.getHealthy());
    }

    @Test
    public void partsThatAreLeftOutStayOut() throws Exception {
        RolloutBuilder after = JENKINS.configRoundtrip(new RolloutBuilder());

        assertThat(after.getImage(), is(nullValue()));
        assertThat(after.getRollout(), is(nullValue()));
        assertThat(after.getAffinity(), is(nullValue()));
        assertThat(after.getHealthy(), is(nullValue()));
    }

    @Test
    public void theFormShowsTheStepsOwnHelp() throws Exception {
        FreeStyleProject job = JENKINS.createFreeStyleProject();
        job.getBuildersList().add(complete());

        HtmlPage page = JENKINS.createWebClient().getPage(job, "configure");

        assertThat(
                page.getWebResponse().getContentAsString(),
                containsString("/descriptor/io.jenkins.plugins.k8srollout.step.K8sRolloutStep/help/manifests"));
    }

    @Test
    public void aFailureIsExplainedInTheLogAndOnThePage() throws Exception {
        FreeStyleProject job = JENKINS.createFreeStyleProject();
        RolloutBuilder builder = new RolloutBuilder();
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setCluster("no-such-$JOB_BASE_NAME");
        rollout.setWorkload("deployment/web");
        builder.setRollout(rollout);
        WaitHealthyStep never = new WaitHealthyStep();
        builder.setHealthy(never);
        job.getBuildersList().add(builder);

        FreeStyleBuild build = JENKINS.buildAndAssertStatus(Result.FAILURE, job);

        String words = "Could not find the cluster: no-such-" + job.getName() + ": none of that name is configured";
        JENKINS.assertLogContains("ERROR: " + words, build);
        JENKINS.assertLogNotContains("at io.jenkins.plugins", build);
        List<ReleaseEntry> entries = build.getAction(ReleaseAction.class).getEntries();
        assertThat(entries.size(), is(1));
        assertThat(entries.get(0).getSummary().getState(), is(State.FAILURE));
        assertThat(entries.get(0).getSummary().getReason(), containsString(words));
    }

    @Test
    public void jobsAsCodeMayWriteItBySymbol() throws Exception {
        RolloutBuilder made = new DescribableModel<>(RolloutBuilder.class)
                .instantiate(Map.of(
                        "image", Map.of("image", "harbor.example.com/shop/web", "tags", "v1"),
                        "rollout", Map.of("workload", "deployment/web")));

        assertThat(made.getImage().getTags(), is(List.of("v1")));
        assertThat(made.getRollout().getWorkload(), is("deployment/web"));
    }

    @Test
    public void variablesAreReplacedInTheStrategy() {
        ReleaseParameters expanded =
                Expanded.of(ReleaseParameters.class, complete().getRollout(), new EnvVars("PAUSE", "every"));

        Strategy.Batches batches = (Strategy.Batches) expanded.strategy().read(text -> text);
        assertThat(batches.pause(), is(Strategy.Pause.EVERY));
    }

    @Test
    public void jobsFromBeforeStrategiesHadSettingsKeepTheirs() throws Exception {
        String xml = "<io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder><rollout><strategy>recreate</strategy>"
                + "</rollout></io.jenkins.plugins.k8srollout.freestyle.RolloutBuilder>";

        RolloutBuilder read = (RolloutBuilder) Items.XSTREAM2.fromXML(xml);

        assertThat(read.getRollout().getStrategy(), instanceOf(RecreateStrategy.class));
        assertThat(Items.XSTREAM2.toXML(read), not(containsString("<strategy>")));
    }

    private static RolloutBuilder complete() {
        BuildImageStep image = new BuildImageStep("harbor.example.com/shop/web");
        image.setTags(List.of("v1", "$BUILD_NUMBER"));
        image.setBuildArgs(Map.of("VERSION", "1"));
        image.setPush(false);
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setManifests("deploy/");
        rollout.setImages(Map.of("web", "$ROLLOUT_IMAGE"));
        rollout.setNamespace("shop");
        BatchesStrategy batches = new BatchesStrategy();
        batches.setSizes("1,50%");
        batches.setPause("$PAUSE");
        rollout.setStrategy(batches);
        ConfigureIngressAffinityStep affinity = new ConfigureIngressAffinityStep();
        affinity.setIngress("web");
        affinity.setMode("persistent");
        affinity.setSecure(true);
        WaitHealthyStep healthy = new WaitHealthyStep();
        healthy.setWorkloads(List.of("deployment/web"));
        healthy.setStableFor("30s");
        healthy.setHttpStatus(204);
        RolloutBuilder builder = new RolloutBuilder();
        builder.setImage(image);
        builder.setRollout(rollout);
        builder.setAffinity(affinity);
        builder.setHealthy(healthy);
        return builder;
    }
}
