package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
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

    private static void assertSurvives(Step step, String snippet) throws Exception {
        Step back = new StepConfigTester(JENKINS).configRoundTrip(step);
        JENKINS.assertEqualDataBoundBeans(step, back);
        assertThat(Snippetizer.object2Groovy(back), is(snippet));
    }
}
