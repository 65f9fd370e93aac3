package io.jenkins.plugins.k8srollout.freestyle;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry;
import io.jenkins.plugins.k8srollout.step.BuildImageStep;
import io.jenkins.plugins.k8srollout.step.ConfigureIngressAffinityStep;
import io.jenkins.plugins.k8srollout.step.K8sRolloutStep;
import io.jenkins.plugins.k8srollout.step.Testbed;
import io.jenkins.plugins.k8srollout.step.WaitHealthyStep;
import java.io.IOException;
import java.util.List;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestBuilder;

/** Freestyle jobs on a real agent against a real cluster and registry. */
public class FreestyleClusterTest {
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
    public void allFourParts() throws Exception {
        BuildImageStep image = new BuildImageStep(repository());
        image.setTags(List.of("v$BUILD_NUMBER"));
        K8sRolloutStep rollout = rollout();
        ConfigureIngressAffinityStep affinity = new ConfigureIngressAffinityStep();
        affinity.setService("web");
        affinity.setClientIP(600);
        WaitHealthyStep healthy = new WaitHealthyStep();
        healthy.setStableFor("1s");
        RolloutBuilder builder = new RolloutBuilder();
        builder.setImage(image);
        builder.setRollout(rollout);
        builder.setAffinity(affinity);
        builder.setHealthy(healthy);

        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job("0", repository() + ":to-be-replaced", builder));

        String running = testbed.port()
                .get(new ObjectRef("apps/v1", "Deployment", testbed.namespace(), "web"))
                .orElseThrow()
                .text("spec", "template", "spec", "containers", 0, "image")
                .orElseThrow();
        assertThat("the image that was built is released unasked", running, containsString("/web@sha256:"));
        List<ReleaseEntry> entries = build.getAction(ReleaseAction.class).getEntries();
        assertThat(
                entries.stream()
                        .map(e -> e.getKind() + " " + e.getSummary().getState())
                        .toList(),
                is(List.of("IMAGE SUCCESS", "ROLLOUT SUCCESS", "AFFINITY SUCCESS", "WAIT SUCCESS")));
        assertThat(
                running,
                containsString(entries.get(0).getSummary().getBuilt().get(0).getDigest()));
        assertThat(entries.get(1).getSummary().getOutcome(), is("healthy"));
        assertThat(testbed.filesWithSecrets(build.getRootDir().toPath()), is(empty()));
    }

    @Test
    public void abortEndsTheReleaseAndSaysWhatItLeaves() throws Exception {
        RolloutBuilder builder = new RolloutBuilder();
        builder.setRollout(rollout());
        FreeStyleBuild build = job("60", Testbed.registry() + "/base/web:1", builder)
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("waiting  Deployment/" + testbed.namespace() + "/web", build);

        build.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("These objects stay as applied", build);
        assertThat(build.getLog(1000).toString(), not(containsString("at io.jenkins.plugins")));
        List<ReleaseEntry> entries = build.getAction(ReleaseAction.class).getEntries();
        assertThat(entries, hasSize(1));
        assertThat(entries.get(0).getSummary().getState(), is(State.ABORTED));
    }

    private String repository() {
        return Testbed.registry() + "/" + testbed.namespace() + "/web";
    }

    private static K8sRolloutStep rollout() {
        K8sRolloutStep rollout = new K8sRolloutStep();
        rollout.setManifests("deploy/");
        rollout.setCreateNamespace(true);
        rollout.setTimeout("3m");
        return rollout;
    }

    private FreeStyleProject job(String delay, String image, RolloutBuilder builder) throws IOException {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setAssignedLabel(Label.get("agent"));
        job.getBuildersList().add(new Sources(delay, image));
        job.getBuildersList().add(builder);
        return job;
    }

    /** What a checkout would bring. */
    private static final class Sources extends TestBuilder {
        private final transient String delay;
        private final transient String image;

        private Sources(String delay, String image) {
            this.delay = delay;
            this.image = image;
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException, IOException {
            String base = Testbed.registry() + "/base/web:1";
            build.getWorkspace().child("Dockerfile").write("FROM " + base + "\nENV VERSION=8\n", "UTF-8");
            build.getWorkspace()
                    .child("deploy/web.yaml")
                    .write("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web}
                    spec:
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}}
                        spec:
                          terminationGracePeriodSeconds: 1
                          containers:
                            - name: web
                              image: IMAGE
                              env: [{name: START_DELAY, value: 'DELAY'}]
                              ports: [{containerPort: 8080}]
                              readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 300}
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: web}
                    spec:
                      selector: {app: web}
                      ports: [{port: 80, targetPort: 8080}]
                    """.replace("IMAGE", image).replace("DELAY", delay), "UTF-8");
            return true;
        }
    }
}
