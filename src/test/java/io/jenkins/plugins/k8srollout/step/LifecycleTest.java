package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import hudson.model.Result;
import io.jenkins.plugins.k8srollout.config.ClusterTarget;
import io.jenkins.plugins.k8srollout.config.KubernetesRolloutConfiguration;
import io.jenkins.plugins.k8srollout.config.RegistryTarget;
import io.jenkins.plugins.k8srollout.testutil.HangingServer;
import java.io.IOException;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** Every step, while the server that it needs does not answer: an abort ends it, a restart of Jenkins does not. */
@RunWith(Parameterized.class)
public class LifecycleTest {
    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @Rule
    public final HangingServer server = new HangingServer();

    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    @Parameters(name = "{0}")
    public static List<String[]> steps() {
        return List.of(
                new String[] {
                    "buildImage",
                    "writeFile file: 'Dockerfile', text: 'FROM SERVER/base:1'\nbuildImage image: 'SERVER/shop/web'"
                },
                new String[] {"k8sRollout", "k8sRollout workload: 'deployment/web', images: [web: 'SERVER/shop/web:2']"
                },
                new String[] {"configureIngressAffinity", "configureIngressAffinity ingress: 'web', cookie: 'route'"},
                new String[] {"k8sContinue", "k8sContinue history: 'web'"},
                new String[] {"k8sRollback", "k8sRollback history: 'web'"},
                new String[] {"waitHealthy", "waitHealthy workloads: ['deployment/web']"});
    }

    @Parameter(0)
    public String name;

    @Parameter(1)
    public String step;

    @Test
    public void abortEndsItAtOnce() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun build = start(jenkins);
            server.awaitCaller();

            build.getExecutor().interrupt();

            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
            jenkins.assertLogNotContains("ERROR", build);
        });
    }

    @Test
    public void restartGoesOnWithIt() throws Throwable {
        sessions.then(jenkins -> {
            start(jenkins);
            server.awaitCaller();
        });
        server.forget();
        sessions.then(jenkins -> {
            assertThat("the step asks again", server.awaitCaller(), is(notNullValue()));
            WorkflowRun build =
                    Jenkins.get().getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            assertThat(build.isBuilding(), is(true));
            // Not by its executor, which a resumed build gets only later: an interrupt before that is lost in Jenkins.
            build.getExecution().interrupt(Result.ABORTED);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        });
    }

    private WorkflowRun start(JenkinsRule jenkins) throws Exception {
        configure();
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
        String script = "node {\n" + step.replace("SERVER", server.authority()) + "\n}";
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private void configure() throws IOException {
        ClusterTarget cluster = new ClusterTarget("slow");
        cluster.setServerUrl("http://" + server.authority());
        cluster.setNamespace("shop");
        RegistryTarget registry = new RegistryTarget("slow", server.authority());
        registry.setPlainHttp(true);
        KubernetesRolloutConfiguration.get().setClusters(List.of(cluster));
        KubernetesRolloutConfiguration.get().setRegistries(List.of(registry));
    }
}
